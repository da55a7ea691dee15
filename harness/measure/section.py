"""The figures of some of a run's attempts: all of them, a class, a stage, a label."""

from dataclasses import dataclass
from typing import Final

from profiles.record import Outcome

from .distribution import Distribution
from .goodput import Goodput

NEITHER: Final[frozenset[Outcome]] = frozenset({"abandoned", "not_sent"})
"""Neither a success nor a failure: such an attempt has no place in a latency distribution."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share of attempts, and Wilson's 95 % interval of it."""

    share: float
    ci: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Requests:
    """How many attempts there were and how they ended; `logical` counts calls, whatever their number of attempts.

    `shares` are those of the outcomes among the attempts that succeeded or failed: all but the planned hang-ups and
    those that were not sent. That of the complete ones is there whenever there was any.

    `complete_details` counts what is said of complete answers (length, model_mismatch, ...; several may be said of
    one). `status_429` and `status_5xx` count answers by status, `retries` attempts after the first of their call.
    """

    total: int
    logical: int
    by_outcome: dict[Outcome, int]
    shares: dict[Outcome, Share]
    complete_details: dict[str, int]
    status_429: int
    status_5xx: int
    retries: int
    cancelled: int


@dataclass(frozen=True, slots=True)
class Calls:
    """What callers met, whose failed attempts are made again. Shares, ratios and waits are None without a call.

    `complete_at_first` and `complete_in_the_end` are shares of `n` calls; `amplification` = attempts / calls;
    `wait_ms_per_call` is how long a call waited between its attempts, on average: it is no part of any TTFT.
    """

    n: int
    attempts: int
    complete_at_first: float | None
    complete_in_the_end: float | None
    amplification: float | None
    wait_ms_per_call: float | None


@dataclass(frozen=True, slots=True)
class TokenSums:
    """Tokens of all answers that had any, whole or not, and per second of the window. None: nobody counted them."""

    prompt: int | None
    completion: int | None
    cached: int | None
    reasoning: int | None
    prompt_per_s: float | None
    completion_per_s: float | None
    total_per_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The figures of one section. `cost_usd` is None where no attempt was priced; rates are over `window_s` seconds.

    TTFT, first visible and e2e count from the intended send time, of complete attempts; TPOT = (last token - first
    token) / (visible completion tokens - 1) and ITL are of complete streams; `ttft_all_ms` (streams) and `e2e_all_ms`
    hold every failure at infinity, whatever it had shown before it failed. `goodput` is None where requests had no
    objectives.
    """

    requests: Requests
    calls: Calls
    ttft_ms: Distribution
    first_visible_ms: Distribution
    tpot_ms: Distribution
    itl_ms: Distribution
    e2e_ms: Distribution
    lateness_ms: Distribution
    lag_ms: Distribution
    ttft_all_ms: Distribution
    e2e_all_ms: Distribution
    tokens: TokenSums
    cost_usd: float | None
    window_s: float | None
    goodput: Goodput | None = None
