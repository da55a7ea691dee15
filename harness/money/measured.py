"""What sessions took in a run that was made, by class: the basis of an estimate of another one."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from profiles.record import Record

from .estimate import PerSession

CASE: Final = "measured"


@dataclass(slots=True)
class _Class:
    """Sums of a class."""

    model: str
    sessions: set[str] = field(default_factory=set)
    calls: int = 0
    prompt: int = 0
    cached: int = 0
    completion: int = 0
    reasoning: int = 0


@dataclass(frozen=True, slots=True)
class Measured:
    """The classes of a run, how many sessions it had, and how long it took from the first request to the last answer.

    Calls are attempts: what was retried is in them.
    """

    classes: tuple[PerSession, ...]
    sessions: int
    lasted_s: float


def measured(records: Iterable[Record], model: str | None = None) -> Measured:
    """What the attempts of a run took; `model` is taken to have been asked in place of theirs.

    Raises ValueError where there is nothing to go by.
    """
    found: dict[str, _Class] = {}
    first_at, last_at = float("inf"), 0.0
    for record in records:
        if record.sent_at is None:
            continue
        each = found.setdefault(record.class_, _Class(model or record.model))
        each.sessions.add(record.session or record.call)
        each.calls += 1
        first_at = min(first_at, record.sent_at)
        last_at = max(last_at, record.sent_at + (record.done_ms or 0.0) / 1000)
        if record.tokens is not None:
            each.prompt += record.tokens.prompt or 0
            each.cached += record.tokens.cached or 0
            each.completion += record.tokens.completion or 0
            each.reasoning += record.tokens.reasoning or 0
    sessions = sum(len(each.sessions) for each in found.values())
    if not any(each.prompt for each in found.values()):
        raise ValueError("holds no answer with a number of tokens")
    return Measured(tuple(_mean(name, each, sessions) for name, each in found.items()), sessions, last_at - first_at)


def _mean(name: str, each: _Class, sessions: int) -> PerSession:
    own = len(each.sessions)
    return PerSession(
        name=name,
        model=each.model,
        share=own / sessions,
        calls=each.calls / own,
        prompt=each.prompt / own,
        cached=each.cached / own,
        completion=each.completion / own,
        reasoning=each.reasoning / own,
    )
