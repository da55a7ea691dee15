"""Which faults strike a call, and what they make of its answer."""

from collections.abc import Callable, Sequence
from typing import NoReturn

from profiles.errors import ProfileError

from ..answer import Answer, Outcome
from ..chance import Chance
from ..faults import HEADER, Asked, Fault, Layer, Seen, asked_for
from ..reply.endings import Ending
from ..wire.errors import Refusal, bad_override
from .call import Call

_HEADER = HEADER.encode()


def struck(call: Call, chance: Chance) -> tuple[Fault, ...] | Refusal:
    """The faults that the request asks for, and those that the rules have for it; they are noted in its trace.

    The refusal of a request that asks for a fault which there is not.
    """
    simulation, envelope = call.simulation, call.envelope
    wanted: tuple[Fault, ...] = ()
    if envelope.asks_mock and simulation.settings.allow_overrides:
        try:
            for name, value in call.scope["headers"]:
                if name == _HEADER:
                    wanted += asked_for(value.decode("latin-1"))
        except ProfileError as error:
            return bad_override(str(error))
    current = simulation.current
    if current.faults.rules or current.queued or current.course.script.phases:
        at = simulation.clock.simulated(call.trace.received_at)
        place = current.course.place(at)
        if place is not None:
            call.trace.phase = current.course.script.phases[place.number].name
        seen = Seen(
            envelope.body.model,
            envelope.key,
            envelope.path,
            envelope.body.stream,
            call.scope["headers"],
            [message.text for message in envelope.body.conversation],
            at - simulation.settings.start_at,
        )
        wanted += tuple(rule.fault for rule in current.queued if rule.strikes(seen, 0.0, place))
        wanted += current.faults.draw(seen, chance.of_request("fault"), place)
    if wanted:
        call.trace.fault = "+".join(fault.kind for fault in wanted)
    return wanted


def instead(faults: Sequence[Fault], layer: Layer, asked: Asked) -> Outcome | None:
    """What comes instead of an answer, by the first fault of this layer that has something; None: nothing does."""
    for fault in faults:
        if fault.layer == layer and fault.replaces:
            return fault.edit(_nothing, asked)
    return None


def edited(faults: Sequence[Fault], compose: Callable[[Ending | None], Answer], asked: Asked) -> Answer:
    """The answer after all faults that change one, in their order."""
    if not faults:
        return compose(None)
    *before, last = faults
    outcome = last.edit(lambda ending: edited(before, lambda other: compose(ending or other), asked), asked)
    if not isinstance(outcome, Answer):
        raise TypeError(f"{last.kind} does not say that it replaces answers")
    return outcome


def _nothing(ending: Ending | None) -> NoReturn:  # noqa: ARG001
    raise AssertionError("what comes instead of an answer is not made of one")
