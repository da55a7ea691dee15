"""The figures that an SLO may be about: each a name, a unit, and how it is read from the figures of a section."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from profiles.record import OUTCOMES, Outcome

from ..measure.distribution import NEEDED
from ..measure.section import NEITHER, Section

DISTRIBUTIONS: Final = (
    "ttft",
    "first_visible",
    "tpot",
    "itl",
    "e2e",
    "lateness",
    "lag",
    "ttft_all",
    "e2e_all",
)
PERCENTILES: Final[Mapping[str, float]] = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99}
FIGURES: Final = (*PERCENTILES, "mean", "max")
DETAILS: Final = ("length", "usage_missing", "usage_mismatch", "model_mismatch")
"""What is said of complete answers."""
GOODPUT: Final = "goodput"
GOODPUT_RPS: Final = "goodput_rps"
"""Share and rate of the requests that were complete and kept the objectives of --goodput."""
ALIASES: Final[Mapping[str, str]] = {"errors": "failed"}

UNITS: Final[Mapping[str, Mapping[str, Decimal]]] = {
    "ms": {"ms": Decimal(1), "s": Decimal(1000), "us": Decimal("0.001"), "µs": Decimal("0.001")},
    "%": {"%": Decimal(1)},
    "usd": {"usd": Decimal(1), "$": Decimal(1)},
    "/s": {"/s": Decimal(1), "": Decimal(1)},
    "tokens/s": {"tokens/s": Decimal(1), "/s": Decimal(1), "": Decimal(1)},
    "": {"": Decimal(1)},
}
"""The unit of a figure -> how it may be written -> how many of the former that is."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What a section says: a value, infinite where failures are in it, None where it cannot say, which has a reason."""

    value: float | None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure by its unit and how it is read."""

    unit: str
    read: Callable[[Section], Figure]


def _distribution(name: str, figure: str) -> Metric:
    def read(section: Section) -> Figure:
        distribution = getattr(section, f"{name}_ms")
        value = getattr(distribution, figure)
        if value is not None:
            return Figure(value)
        needed = NEEDED[PERCENTILES[figure]] if figure in PERCENTILES else 1
        if distribution.n < needed:
            return Figure(None, f"{figure} needs {needed} values, there are {distribution.n}")
        return Figure(math.inf, "falls on failures")

    return Metric("ms", read)


def _share(count: Callable[[Section], int], of: Callable[[Section], int], of_what: str) -> Metric:
    """100 * count / of, in %."""

    def read(section: Section) -> Figure:
        whole = of(section)
        return Figure(round(100 * count(section) / whole, 9)) if whole else Figure(None, f"there is no {of_what}")

    return Metric("%", read)


def _given(unit: str, value: Callable[[Section], float | None], missing: str) -> Metric:
    """A figure that the section has as it is."""

    def read(section: Section) -> Figure:
        known = value(section)
        return Figure(None, missing) if known is None else Figure(round(known, 9))

    return Metric(unit, read)


def _ended(section: Section, outcome: Outcome) -> int:
    return section.requests.by_outcome.get(outcome, 0)


def _all(section: Section) -> int:
    return section.requests.total


def _tried(section: Section) -> int:
    """Attempts that could succeed or fail."""
    return _all(section) - sum(_ended(section, outcome) for outcome in NEITHER)


def _outcome(outcome: Outcome) -> Metric:
    """The share of those that could succeed or fail; of those that are neither, the share of all."""
    of = _all if outcome in NEITHER else _tried
    return _share(lambda section: _ended(section, outcome), of, "attempt")


def _detail(name: str) -> Metric:
    return _share(
        lambda section: section.requests.complete_details.get(name, 0),
        lambda section: _ended(section, "complete"),
        "complete answer",
    )


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _per_s(section: Section) -> float | None:
    sent = _all(section) - _ended(section, "not_sent")
    return None if section.window_s is None else sent / section.window_s


def _good_share(section: Section) -> float | None:
    return None if section.goodput is None else _percent(section.goodput.share)


def _good_per_s(section: Section) -> float | None:
    return None if section.goodput is None else section.goodput.per_s


_NO_GOODPUT: Final = "no request was held against objectives (--goodput)"
_NO_CALL: Final = "there is no call"
_NO_TOKENS: Final = "nobody counted tokens"

METRICS: Final[Mapping[str, Metric]] = {
    **{f"{name}.{figure}": _distribution(name, figure) for name in DISTRIBUTIONS for figure in FIGURES},
    **{outcome: _outcome(outcome) for outcome in OUTCOMES},
    "failed": _share(lambda section: _tried(section) - _ended(section, "complete"), _tried, "attempt"),
    "rate_limited": _share(lambda section: section.requests.status_429, _tried, "attempt"),
    "status_5xx": _share(lambda section: section.requests.status_5xx, _tried, "attempt"),
    **{name: _detail(name) for name in DETAILS},
    "first_try": _given("%", lambda section: _percent(section.calls.complete_at_first), _NO_CALL),
    "in_the_end": _given("%", lambda section: _percent(section.calls.complete_in_the_end), _NO_CALL),
    "amplification": _given("", lambda section: section.calls.amplification, _NO_CALL),
    "retry_wait": _given("ms", lambda section: section.calls.wait_ms_per_call, _NO_CALL),
    GOODPUT: _given("%", _good_share, _NO_GOODPUT),
    GOODPUT_RPS: _given("/s", _good_per_s, _NO_GOODPUT),
    "cost": _given("usd", lambda section: section.cost_usd, "no attempt has a known price"),
    "rps": _given("/s", _per_s, "nothing was sent"),
    "tokens_per_s": _given("tokens/s", lambda section: section.tokens.completion_per_s, _NO_TOKENS),
    "prompt_tokens_per_s": _given("tokens/s", lambda section: section.tokens.prompt_per_s, _NO_TOKENS),
    "total_tokens_per_s": _given("tokens/s", lambda section: section.tokens.total_per_s, _NO_TOKENS),
}
"""Every figure by its name (docs/gates.md). `rate_limited` is every 429, those of a spent quota among them."""
