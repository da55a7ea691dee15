"""Conditions that a comparison has to meet: "ttft.p95 +10%", "streaming:itl.p99 +20% surely", "complete -1%"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from .estimate import WHOLE
from .sample import LATENCIES
from .verdict import SHARES, Row

METRICS: Final = (
    *(f"{latency}.{percentile}" for latency in LATENCIES for percentile in ("p50", "p95", "p99")),
    "throughput",
    "tokens_per_s",
    "complete",
    "cost",
    "amplification",
)
_FORM: Final = re.compile(
    r"(?:(?P<section>[^:]+)\s*:\s*)?(?P<metric>[a-z0-9_.]+)\s+(?P<limit>[+-]\d+(?:\.\d+)?)\s*%(?P<surely>\s+surely)?"
)
_EXAMPLE: Final = '"ttft.p95 +10%", "streaming:itl.p99 +20%" or "complete -1% surely"'


@dataclass(frozen=True, slots=True)
class Condition:
    """A change that is not to be: of more than `limit` (0.1: 10 %), up or down.

    It is broken when the change is beyond the limit and its 95 % interval excludes no change at all; with `surely`
    only when the whole interval lies beyond the limit. Of a share the limit is in percentage points.
    """

    text: str
    section: str
    metric: str
    limit: float
    up: bool
    surely: bool = False

    @classmethod
    def of(cls, text: str) -> Self:
        """The condition that a text says. Raises ValueError."""
        match = _FORM.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"{text!r} is no condition; write {_EXAMPLE}")
        if match["metric"] not in METRICS:
            raise ValueError(f"{text!r}: there is no {match['metric']!r}; there are {', '.join(METRICS)}")
        section = match["section"] or WHOLE
        if "=" not in section and section != WHOLE:
            section = f"class={section}"
        limit = float(match["limit"]) / 100
        up, surely = match["limit"][0] == "+", match["surely"] is not None
        return cls(text.strip(), section, match["metric"], abs(limit), up, surely)

    def broken(self, row: Row) -> bool | None:
        """Whether the change breaks it; None where that cannot be told."""
        if row.change is None or row.low is None or row.high is None:
            return None
        nearest, change = (row.low, row.change) if self.up else (-row.high, -row.change)
        return nearest > self.limit if self.surely else change > self.limit and nearest > 0


@dataclass(frozen=True, slots=True)
class Judged:
    """A condition, its row (None where the runs have no such figure in common), and whether it is broken."""

    condition: Condition
    row: Row | None
    broken: bool | None

    def __str__(self) -> str:
        if self.row is None:
            return f"cannot be judged: {self.condition.text} (not in both runs)"
        if self.broken is None:
            return f"cannot be judged: {self.condition.text} (too few values)"
        word = "broken" if self.broken else "held"
        unit = " points" if self.row.metric in SHARES else "%"
        ends = (self.row.change, self.row.low, self.row.high)
        change, low, high = (f"{100 * (end or 0.0):+.1f}" for end in ends)
        return f"{word}: {self.condition.text} (it is {change}{unit}, {low} to {high})"


def judged(conditions: Sequence[Condition], rows: Sequence[Row]) -> list[Judged]:
    """What became of the conditions."""
    by_name = {(row.section, row.metric): row for row in rows}
    found = [(condition, by_name.get((condition.section, condition.metric))) for condition in conditions]
    return [Judged(condition, row, None if row is None else condition.broken(row)) for condition, row in found]
