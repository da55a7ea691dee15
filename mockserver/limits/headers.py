"""A decision as response headers. Simulated durations are told on the clock of the client: divided by the speed."""

import math
from typing import Final

from ..wire.durations import go_duration
from .bucket import Unit
from .decision import Decision, States

_ROUNDING = 1e-6
_UNITS: Final[tuple[Unit, ...]] = ("requests", "tokens")
_LIMIT: Final = {name: f"x-ratelimit-limit-{name}".encode() for name in _UNITS}
_REMAINING: Final = {name: f"x-ratelimit-remaining-{name}".encode() for name in _UNITS}
_RESET: Final = {name: f"x-ratelimit-reset-{name}".encode() for name in _UNITS}


def ratelimit_headers(states: States, speed: float) -> list[tuple[bytes, bytes]]:
    """The `x-ratelimit-*` headers: limit, remaining and reset of what is limited, six where requests and tokens are."""
    return [
        *((_LIMIT[name], b"%d" % state.limit) for name, state in states),
        *((_REMAINING[name], b"%d" % state.remaining) for name, state in states),
        *((_RESET[name], go_duration(state.reset_s / speed).encode()) for name, state in states),
    ]


def retry_headers(decision: Decision, speed: float) -> list[tuple[str, str]]:
    """`retry-after-ms` and `retry-after` (whole seconds) of a refusal, rounded up; none where waiting does not help.

    No recorded refusal shows them; clients honour both, the finer one first.
    """
    if decision.retry_after_s is None or decision.too_large:
        return []
    wait_s = decision.retry_after_s / speed
    return [("retry-after-ms", str(_up(wait_s * 1000))), ("retry-after", str(_up(wait_s)))]


def _up(value: float) -> int:
    """The next whole number, unless a float's noise is all that is above this one."""
    return math.ceil(value - _ROUNDING)
