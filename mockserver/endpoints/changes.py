"""Changes to what is simulated while it runs: read and checked as a whole before anything changes."""

from typing import Any, Literal, Self

import orjson
from msgspec.structs import replace
from pydantic import model_validator

from profiles.errors import ProfileError
from profiles.schema.faults import Count, FaultsFile, RuleTable
from profiles.schema.latency import LatencyFile
from profiles.schema.limits import LimitsFile
from profiles.schema.reading import Envelope, validated

from ..chance import of_everybody
from ..faults import FaultRules, rule_of
from ..latency import LatencyProfile
from ..limits import LimitsPolicy
from ..simulation import Current

_BODY = "PATCH /_mock/state"
_OWN = "custom"
"""What a latency, limits and faults are called that came in a request."""


class StateChange(Envelope):
    """The body of a PATCH; what is not there stays."""

    latency: str | LatencyFile | None = None
    """A latency profile by name or path, or what such a file holds; flags of the command line no longer count then."""
    limits: str | LimitsFile | None = None
    """A limits profile by name or path, "off", or what such a file holds. Keys with limits of their own keep them."""
    faults: str | FaultsFile | None = None
    """A faults profile, likewise. Its rules begin to count anew."""


def changed(current: Current, content: bytes, *, now: float, seed: int) -> Current:
    """What is simulated after a change at `now`, in simulated epoch seconds.

    Raises ProfileError when there is anything wrong with it.
    """
    change = validated(StateChange, _BODY, _object(_BODY, content, '{"limits": "tier2"}'))
    composer = current.composer if change.latency is None else current.composer.timed_by(_latency(change.latency, seed))
    limits = current.limits if change.limits is None else _limits(change.limits)
    if change.faults is None:
        return replace(current, composer=composer, limits=limits)
    faults = _faults(change.faults, seed)
    return replace(
        current, composer=composer, limits=limits, faults=faults, course=current.course.followed_by(faults.script, now)
    )


class QueuedFault(RuleTable):
    """The body of a POST to /_mock/faults: a rule, for the next `times` requests that it is about."""

    times: Count = 1


class Turn(Envelope):
    """The body of a POST to /_mock/phases: one thing to do with the script."""

    jump: str | None = None
    """To the begin of this phase."""
    pause: bool | None = None
    """Stop the script's time, or let it go on."""
    restart: Literal[True] | None = None
    """From the begin of the script."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise ValueError('write one of {"jump": NAME}, {"pause": true}, {"pause": false}, {"restart": true}')
        return self


def queued(current: Current, content: bytes, seed: int) -> Current:
    """What is simulated when a fault is waiting for the next requests. Those that are spent are forgotten."""
    source = "POST /_mock/faults"
    table = validated(QueuedFault, source, _object(source, content, '{"fault": "status", "status": 503, "times": 2}'))
    rule = rule_of(source, "", table.model_copy(update={"at_most": table.times}), seed)
    waiting = tuple(each for each in current.queued if each.at_most is None or each.count.struck < each.at_most)
    return replace(current, queued=(*waiting, rule))


def turned(current: Current, content: bytes, now: float) -> Current:
    """What is simulated after a turn of the script at `now`."""
    source = "POST /_mock/phases"
    turn = validated(Turn, source, _object(source, content, '{"jump": "outage"}'))
    course = current.course
    if turn.jump is not None:
        names = [phase.name for phase in course.script.phases]
        if turn.jump not in names:
            why = f"no phase {turn.jump!r}; there are: {', '.join(names)}" if names else "there are no phases"
            raise ProfileError(source, "jump", why)
        return replace(current, course=course.jumped(turn.jump, now))
    if turn.pause is not None:
        return replace(current, course=course.stopped(now, paused=turn.pause))
    return replace(current, course=course.restarted(now))


def _object(source: str, content: bytes, example: str) -> dict[str, Any]:
    """A JSON object. Raises ProfileError when there is none."""
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError:
        body = None
    if not isinstance(body, dict):
        raise ProfileError(source, "", f"the body has to be a JSON object, such as {example}")
    return body


def _latency(wanted: str | LatencyFile, seed: int) -> LatencyProfile:
    chances = of_everybody(seed)
    if isinstance(wanted, str):
        return LatencyProfile.from_file(wanted, chances)
    return LatencyProfile.of_file(_OWN, _BODY, wanted, chances)


def _limits(wanted: str | LimitsFile) -> LimitsPolicy:
    return LimitsPolicy.from_file(wanted) if isinstance(wanted, str) else LimitsPolicy.of(_OWN, wanted)


def _faults(wanted: str | FaultsFile, seed: int) -> FaultRules:
    return FaultRules.from_file(wanted, seed) if isinstance(wanted, str) else FaultRules.of(_OWN, _BODY, wanted, seed)
