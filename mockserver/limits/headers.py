"""A decision as response headers. Simulated durations are told on the clock of the client: divided by the speed."""

import math

from ..wire.durations import go_duration
from .decision import Decision

_ROUNDING = 1e-6


def ratelimit_headers(decision: Decision, speed: float) -> list[tuple[str, str]]:
    """The `x-ratelimit-*` headers: limit, remaining and reset of each limited dimension, six where both are."""
    both = (("requests", decision.requests), ("tokens", decision.tokens))
    states = [(name, state) for name, state in both if state is not None]
    return [
        *((f"x-ratelimit-limit-{name}", str(state.limit)) for name, state in states),
        *((f"x-ratelimit-remaining-{name}", str(state.remaining)) for name, state in states),
        *((f"x-ratelimit-reset-{name}", go_duration(state.reset_s / speed)) for name, state in states),
    ]


def retry_headers(decision: Decision, speed: float) -> list[tuple[str, str]]:
    """`retry-after-ms` and `retry-after` (whole seconds) of a refusal, rounded up; none where waiting does not help.

    No recorded refusal shows them; clients honour both, the finer one first.
    """
    if decision.admitted or decision.too_large:
        return []
    wait_s = decision.retry_after_s / speed
    return [("retry-after-ms", str(_up(wait_s * 1000))), ("retry-after", str(_up(wait_s)))]


def _up(value: float) -> int:
    """The next whole number, unless a float's noise is all that is above this one."""
    return math.ceil(value - _ROUNDING)
