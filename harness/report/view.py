"""What is to be seen of a run while it goes on: a value, made of what is known at one instant."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from profiles.record import OUTCOMES, Outcome

from .failures import NOT_FAILED

LIMITED: Final[tuple[Outcome, ...]] = ("rate_limited", "quota_exhausted")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassView:
    """A class in the last seconds, in ms: of complete attempts. None where there were too few for the percentile."""

    name: str
    ttft_p50_ms: float | None = None
    ttft_p95_ms: float | None = None
    e2e_p50_ms: float | None = None
    e2e_p95_ms: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Headroom:
    """What the latest answer said is left of a limit; `limit` is None where it did not say how much that is of."""

    model: str
    unit: str
    left: int
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Used:
    """How much of something that is capped is used up: so many "requests", "tokens"."""

    used: int
    cap: int
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A run after `elapsed_s`. None is what is not known, or does not apply.

    `users_asked` are those that are to be there now, `rate_asked` sessions that are to begin per second and `rate_sent`
    those that did lately. `left_s` is the time to its planned end, `calls_left` the same where it ends by --requests.
    Rates, tokens per second and classes are those of the last seconds, outcomes, money and what is `used` of other caps
    of the whole run.
    """

    elapsed_s: float
    users: int
    users_asked: int | None = None
    rate_asked: float | None = None
    rate_sent: float | None = None
    left_s: float | None = None
    calls_left: int | None = None
    stage: str | None = None
    phase: str | None = None
    in_flight: int | None = None
    outcomes: Mapping[Outcome, int] = field(default_factory=dict)
    ended_per_s: float | None = None
    tokens_per_s: float | None = None
    classes: tuple[ClassView, ...] = ()
    headroom: tuple[Headroom, ...] = ()
    cost_usd: float | None = None
    budget_usd: float | None = None
    used: tuple[Used, ...] = ()

    @property
    def requests(self) -> int:
        """How many attempts have ended."""
        return sum(self.outcomes.values())

    @property
    def limited(self) -> int:
        """How many of them were refused for a limit."""
        return sum(self.outcomes.get(outcome, 0) for outcome in LIMITED)

    @property
    def failed(self) -> int:
        """How many of them failed otherwise."""
        failures = [outcome for outcome in OUTCOMES if outcome not in (*NOT_FAILED, *LIMITED)]
        return sum(self.outcomes.get(outcome, 0) for outcome in failures)
