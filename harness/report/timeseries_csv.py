"""timeseries.csv: a run over time, a line a second."""

import csv
import io
from collections.abc import Callable, Iterator
from typing import Final

from profiles.record import OUTCOMES

from .findings import Findings
from .percentile import percentile
from .timeseries import Span, Timeseries

_OF_SPAN: Final[dict[str, Callable[[Span], float | None]]] = {
    "due": lambda span: span.due,
    "sent": lambda span: span.sent,
    "ended": lambda span: span.outcomes.total(),
    "prompt_tokens": lambda span: span.prompt_tokens,
    "ttft_n": lambda span: span.ttft_ms.n,
    "ttft_p50_ms": lambda span: percentile(span.ttft_ms, 0.5),
    "ttft_p95_ms": lambda span: percentile(span.ttft_ms, 0.95),
    "e2e_n": lambda span: span.e2e_ms.n,
    "e2e_p50_ms": lambda span: percentile(span.e2e_ms, 0.5),
    "e2e_p95_ms": lambda span: percentile(span.e2e_ms, 0.95),
    "remaining_requests": lambda span: span.left.get("requests"),
    "remaining_tokens": lambda span: span.left.get("tokens"),
    "lag_ms": lambda span: span.lag_ms,
}
COLUMNS: Final = ("at", "seconds", *_OF_SPAN, "in_flight", "completion_per_s", *OUTCOMES)


def timeseries_csv(findings: Findings) -> str:
    """The file. An empty cell was not measured, or is of too few values."""
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\n")
    lines.writerow(COLUMNS)
    lines.writerows(_rows(findings.details.timeseries))
    return written.getvalue()


def _rows(series: Timeseries) -> Iterator[list[float | None]]:
    levels = zip(series.spans(), series.in_flight(), series.completion_per_s(), strict=True)
    for number, (span, in_flight, completion_per_s) in enumerate(levels):
        yield [
            series.starts_at + number * series.width_s,
            series.width_s,
            *(column(span) for column in _OF_SPAN.values()),
            in_flight,
            completion_per_s,
            *(span.outcomes[outcome] for outcome in OUTCOMES),
        ]
