"""Percentiles of a histogram, where it holds enough."""

from ..measure.distribution import NEEDED
from ..measure.histogram import LogHistogram


def percentile(values: LogHistogram, q: float) -> float | None:
    """The q-quantile by nearest rank, None where there are fewer values than it needs (docs/records.md)."""
    return round(values.quantile(q), 3) if values.n >= NEEDED[q] else None
