"""Whether what differs between two runs is more than chance."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from ..measure.histogram import GAMMA
from ..measure.intervals import CONFIDENCE
from .blocks import FEWEST_BLOCKS
from .estimate import WHOLE, Estimate, Figures
from .student import quantile, two_sided

Word = Literal["worse", "better", "noise", "too few"]

SHARES: Final = frozenset({"complete"})
"""Compared by difference; everything else by ratio."""
_MORE_IS_BETTER: Final = frozenset({"throughput", "tokens_per_s", "complete"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A figure of two runs, and the change from the first to the second.

    `change` is second / first - 1, of a share second - first; `low` and `high` are its 95 % interval, `p` the
    probability of such a change by chance, `p_holm` the same once it is considered how many rows were looked at. `n`
    and `n_base` are how many values there were.
    """

    section: str
    metric: str
    base: float | None
    other: float | None
    n_base: int
    n: int
    verdict: Word = "too few"
    change: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    p_holm: float | None = None


def compared(base: Figures, other: Figures) -> list[Row]:
    """All rows that both runs have, judged. The first run is what the second is measured by.

    The rows of the whole run are one family for Holm's procedure, those of its parts another: who looks at the whole
    run only is not to pay for all its parts.
    """
    rows = [
        _row(section, metric, first, other[section][metric])
        for section, metrics in base.items()
        for metric, first in metrics.items()
        if section in other and metric in other[section]
    ]
    whole = [row for row in rows if row.section == WHOLE]
    return [*_judged(whole), *_judged([row for row in rows if row.section != WHOLE])]


def _row(section: str, metric: str, base: Estimate, other: Estimate) -> Row:
    """A row without its verdict.

    Of a ratio r = second / first with standard errors e1, e2 of the logarithms, log r +- t sqrt(e1^2 + e2^2), t being
    Student's with the degrees of freedom of Welch and Satterthwaite from the number of blocks. A percentile is read
    from buckets, and two of them are known to be apart only by more than a bucket's width: this much is added on both
    sides, and taken off before p is asked.
    """
    row = Row(section=section, metric=metric, base=base.value, other=other.value, n_base=base.n, n=other.n)
    if base.value is None or other.value is None or base.error is None or other.error is None:
        return row
    if min(base.blocks, other.blocks) < FEWEST_BLOCKS:
        return row
    is_share = metric in SHARES
    difference = other.value - base.value if is_share else math.log(other.value / base.value)
    width = math.log(GAMMA) if "." in metric else 0.0
    error = math.hypot(base.error, other.error)
    freedom = _freedom(base.error, base.blocks - 1, other.error, other.blocks - 1)
    half = quantile(CONFIDENCE, freedom) * error + width
    beyond = max(abs(difference) - width, 0.0)
    t = beyond / error if error else (math.inf if beyond else 0.0)
    back = (lambda value: value) if is_share else math.expm1
    return replace(
        row,
        change=back(difference),
        low=back(difference - half),
        high=back(difference + half),
        p=two_sided(t, freedom),
    )


def _freedom(first: float, first_df: int, second: float, second_df: int) -> float:
    total = first**2 + second**2
    return total**2 / (first**4 / first_df + second**4 / second_df) if total else float(first_df + second_df)


def _judged(rows: Sequence[Row]) -> Iterator[Row]:
    """The rows with their verdicts, by Holm's step-down procedure over those that could be judged.

    The chance that any of them is called a difference though there is none is 5 % (Holm, "A simple sequentially
    rejective multiple test procedure", Scand. J. Statist. 6, 1979).
    """
    ordered = sorted((row.p, index) for index, row in enumerate(rows) if row.p is not None)
    adjusted: dict[int, float] = {}
    highest = 0.0
    for place, (p, index) in enumerate(ordered):
        highest = max(highest, min(p * (len(ordered) - place), 1.0))
        adjusted[index] = highest
    for index, row in enumerate(rows):
        if index not in adjusted:
            yield row
            continue
        yield replace(row, p_holm=adjusted[index], verdict=_word(row, adjusted[index]))


def _word(row: Row, p: float) -> Word:
    if p >= 1 - CONFIDENCE or not row.change:
        return "noise"
    return "better" if (row.change > 0) == (row.metric in _MORE_IS_BETTER) else "worse"
