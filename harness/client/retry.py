"""Retry policies: pure generators that are told what happened and answer with how long to wait.

A policy first yields the wait before the first attempt (0), then, sent what became of an attempt, the wait in
milliseconds before the next; it ends when there is to be none. The caller sleeps:

    waits = plan_of("exponential, attempts=5").policy(random.Random(seed))
    wait_ms = next(waits)
    while True:
        ...  # sleep wait_ms, make the attempt
        try:
            wait_ms = waits.send(happened)
        except StopIteration:
            break
"""

import math
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Final, Literal, get_args

import msgspec

from profiles.record import Outcome

from .told import reset_wait_ms, told_wait_ms

Kind = Literal["none", "immediate", "fixed", "exponential"]
Jitter = Literal["none", "full", "equal", "decorrelated"]


class Happened(msgspec.Struct, frozen=True):
    """What became of an attempt; `headers` have lower-case names."""

    outcome: Outcome
    status: int | None = None
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)


Policy = Generator[float, Happened, None]

_STATUSES: Final = frozenset({408, 409, 429})
_BROKEN: Final[frozenset[Outcome]] = frozenset(
    {"connect_error", "disconnected", "timeout", "stalled", "truncated", "stream_error", "malformed"}
)
"""Answers that never came whole. A user asks again after a stream broke in the middle, although the official clients do
not: the attempts of such a call show what it cost. An answer that came whole (empty, invalid_content) is not asked for
again."""
_TOO_MANY: Final = 429


@dataclass(frozen=True, slots=True)
class RetryPlan:
    """How a call is retried: at most `attempts` in all, waiting at most `max_wait_ms` in all.

    The k-th wait (k = 0, 1, ...) is by `kind` and `jitter`, U being uniform:

        immediate                    0
        fixed                        base
        exponential, none            e = min(cap, base * 2^k)
        exponential, full            U(0, e)
        exponential, equal           e / 2 + U(0, e / 2)
        exponential, decorrelated    min(cap, U(base, 3 * the wait before))

    (Brooker, "Exponential Backoff and Jitter", AWS 2015). A fixed wait takes jitter likewise, of its base. With `told`
    a wait that the server names is kept instead, exactly, and one longer than `longest_told_ms` is the end, as with
    the official clients; where only its reset headers tell that a limit is used up, the wait is at least that long, up
    to `cap_ms`.
    """

    kind: Kind = "exponential"
    attempts: int = 4
    base_ms: float = 500.0
    cap_ms: float = 8_000.0
    jitter: Jitter = "full"
    max_wait_ms: float = math.inf
    told: bool = True
    longest_told_ms: float = 120_000.0

    def policy(self, rng: Random) -> Policy:
        """The policy of one call."""
        happened = yield 0.0
        waited_ms, own_ms = 0.0, self.base_ms
        for retry in range(self.attempts - 1):
            if not retryable(happened):
                return
            told_ms = told_wait_ms(happened.headers) if self.told else None
            if told_ms is None:
                wait_ms = own_ms = self._own_ms(retry, own_ms, rng)
                if self.told and happened.status == _TOO_MANY:
                    wait_ms = max(wait_ms, min(self.cap_ms, reset_wait_ms(happened.headers) or 0.0))
            elif told_ms > self.longest_told_ms:
                return
            else:
                wait_ms = told_ms
            waited_ms += wait_ms
            if waited_ms > self.max_wait_ms:
                return
            happened = yield wait_ms

    def _own_ms(self, retry: int, before_ms: float, rng: Random) -> float:
        if self.kind == "immediate":
            return 0.0
        grown_ms = self.base_ms if self.kind == "fixed" else min(self.cap_ms, math.ldexp(self.base_ms, min(retry, 99)))
        match self.jitter:
            case "none":
                return grown_ms
            case "full":
                return rng.uniform(0.0, grown_ms)
            case "equal":
                return grown_ms / 2 + rng.uniform(0.0, grown_ms / 2)
            case "decorrelated":
                return min(self.cap_ms, rng.uniform(self.base_ms, 3 * before_ms))


_NAMED: Final[Mapping[str, RetryPlan]] = {
    "none": RetryPlan("none", attempts=1),
    "immediate": RetryPlan("immediate", jitter="none"),
    "fixed": RetryPlan("fixed", jitter="none"),
    "exponential": RetryPlan(),
    "backoff": RetryPlan(),
}
NAMES: Final = tuple(_NAMED)
_FORM: Final = "write for example: exponential, attempts=5, base_ms=200, jitter=equal"


def plan_of(text: str) -> RetryPlan:
    """The plan of a text: a name, then `key=value` for what is different. Raises ValueError with what would be right.

    `backoff` is `exponential`.
    """
    name, *settings = (part.strip() for part in text.split(","))
    plan = _NAMED.get(name)
    if plan is None:
        raise ValueError(f"{name!r} is no retry policy; there are: {', '.join(NAMES)}")
    changes: dict[str, Any] = {}
    for setting in settings:
        key, equals, value = (part.strip() for part in setting.partition("="))
        if key not in _READ or not equals:
            raise ValueError(f"{setting!r} is nothing that a policy has; there are: {', '.join(_READ)}; {_FORM}")
        try:
            changes[key] = _READ[key](value)
        except ValueError as error:
            raise ValueError(f"{key}: {error}") from None
    if plan.kind == "none" and changes:
        raise ValueError(f"none has no {next(iter(changes))}; {_FORM}")
    return replace(plan, **changes)


def _attempts(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise ValueError(f"{text!r} is no number of attempts, which counts the first one")
    return int(text)


def _milliseconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < math.inf:
        raise ValueError(f"{text!r} is no number of milliseconds")
    return value


def _jitter(text: str) -> Jitter:
    for jitter in get_args(Jitter):
        if text == jitter:
            return text  # type: ignore[return-value]  # it is one of them
    raise ValueError(f"{text!r} is no jitter; there are: {', '.join(get_args(Jitter))}")


def _yes(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError(f"{text!r} is neither yes nor no")
    return text == "yes"


_READ: Final[Mapping[str, Callable[[str], Any]]] = {
    "attempts": _attempts,
    "base_ms": _milliseconds,
    "cap_ms": _milliseconds,
    "jitter": _jitter,
    "max_wait_ms": _milliseconds,
    "told": _yes,
    "longest_told_ms": _milliseconds,
}
"""How each key of a plan is read; the fields of `RetryPlan` but for its kind."""


def retryable(happened: Happened) -> bool:
    """Whether another attempt could fare better. `x-should-retry` decides where the server sends it."""
    if happened.outcome in ("complete", "cancelled", "abandoned", "not_sent", "quota_exhausted"):
        return False
    asked = happened.headers.get("x-should-retry", "").strip().lower()
    if asked in ("true", "false"):
        return asked == "true"
    if happened.status is not None and happened.status != 200:
        return happened.status in _STATUSES or happened.status >= 500
    return happened.outcome in _BROKEN
