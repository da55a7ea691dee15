"""A run so far as tables of plain values: for Locust's web page and its CSV."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from profiles.record import OUTCOMES

from ..measure.distribution import NEEDED
from ..measure.pulse import ClassPulse, Pulse
from .failures import NOT_FAILED
from .headroom import headroom_of
from .view import LIMITED

WHOLE: Final = "all"
Row = Mapping[str, Any]

CLASS_COLUMNS: Final[Mapping[str, str]] = {
    "class": "Class",
    "attempts": "Attempts",
    "complete": "Complete",
    "limited": "429",
    "failed": "Failed",
    "ttft_p50": "TTFT p50 (ms)",
    "ttft_p95": "TTFT p95 (ms)",
    "itl_p50": "ITL p50 (ms)",
    "itl_p95": "ITL p95 (ms)",
    "e2e_p50": "Total p50 (ms)",
    "e2e_p95": "Total p95 (ms)",
    "prompt": "Prompt tokens/s",
    "completion": "Completion tokens/s",
    "cost": "Cost (USD)",
}
LIMIT_COLUMNS: Final[Mapping[str, str]] = {"model": "Model", "unit": "Limit of", "left": "Left", "limit": "Of"}
OUTCOME_COLUMNS: Final[Mapping[str, str]] = {"class": "Class", "outcome": "Outcome", "attempts": "Attempts"}
"""The columns of each table by their keys."""


def class_rows(pulse: Pulse) -> list[Row]:
    """A row a class, and one of all; a figure that cannot be told is None."""
    rows = [_row(name, part, pulse.length_s) for name, part in sorted(pulse.classes.items())]
    return [*rows, _row(WHOLE, pulse.whole, pulse.length_s)] if rows else []


def outcome_rows(pulse: Pulse) -> list[Row]:
    """How many attempts of each class ended how."""
    return [
        {"class": name, "outcome": outcome, "attempts": part.outcomes[outcome]}
        for name, part in sorted(pulse.classes.items())
        for outcome in OUTCOMES
        if part.outcomes[outcome]
    ]


def limit_rows(pulse: Pulse) -> list[Row]:
    """What the latest answer of each model said is left of its limits."""
    return [asdict(each) for each in headroom_of(pulse.limits)]


def as_csv(columns: Mapping[str, str], rows: Sequence[Row]) -> str:
    """A table as CSV under the keys of its columns; None is an empty cell."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _row(name: str, part: ClassPulse, length_s: float | None) -> Row:
    failed = [outcome for outcome in OUTCOMES if outcome not in (*NOT_FAILED, *LIMITED)]
    return {
        "class": name,
        "attempts": part.outcomes.total(),
        "complete": part.outcomes["complete"],
        "limited": sum(part.outcomes[outcome] for outcome in LIMITED),
        "failed": sum(part.outcomes[outcome] for outcome in failed),
        **dict(_percentiles(part)),
        **{key: round(part.tokens[key] / length_s, 1) if length_s else None for key in ("prompt", "completion")},
        "cost": round(part.cost_usd, 6),
    }


def _percentiles(part: ClassPulse) -> Iterator[tuple[str, float | None]]:
    for key in ("ttft", "itl", "e2e"):
        histogram = part.times[f"{key}_ms"].histogram
        for name, q in (("p50", 0.5), ("p95", 0.95)):
            carried = histogram.n >= NEEDED[q]
            yield f"{key}_{name}", round(histogram.quantile(q), 1) if carried else None
