"""stats.csv: the figures of a run, a line for the whole and for each class, label, stage and phase."""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson

from profiles.record import OUTCOMES

from .findings import Findings

_PARTS: Final = (("classes", "class"), ("labels", "label"))
_IN_ORDER: Final = (("stages", "stage"), ("phases", "phase"))
_COUNTS: Final = ("total", "logical", "retries", "status_429", "status_5xx")
_CALLS: Final = ("complete_at_first", "complete_in_the_end", "amplification", "wait_ms_per_call")
_TOKENS: Final = (
    *("prompt", "completion", "cached", "reasoning"),
    *("prompt_per_s", "completion_per_s", "total_per_s"),
)
_SPREADS: Final = (
    *("ttft_ms", "first_visible_ms", "tpot_ms", "itl_ms", "e2e_ms", "lateness_ms", "lag_ms"),
    *("ttft_all_ms", "e2e_all_ms"),
)
_GOODPUT: Final = ("share", "per_s")
_FIGURES: Final = ("n", "mean", "p50", "p90", "p95", "p99", "max")
_IN_MS: Final = tuple(f"{figure}_ms" for figure in _FIGURES[1:])
COLUMNS: Final = (
    *("part", "name", *_COUNTS, *OUTCOMES, *_CALLS),
    *(f"tokens_{name}" for name in _TOKENS),
    "cost_usd",
    *(f"{spread.removesuffix('_ms')}_{figure}" for spread in _SPREADS for figure in ("n", *_IN_MS)),
    *(f"goodput_{name}" for name in _GOODPUT),
)


def stats_csv(findings: Findings) -> str:
    """The file. An empty cell was not measured, or is of too few values."""
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\n")
    lines.writerow(COLUMNS)
    for part, name, section in _sections(orjson.loads(findings.summary.to_json())):
        lines.writerow([part, name, *_cells(section)])
    return written.getvalue()


def _sections(told: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    yield "whole", "all", told
    for key, part in _PARTS:
        for name, section in told[key].items():
            yield part, name, section
    for key, part in _IN_ORDER:
        for section in told[key]:
            yield part, section["name"], section


def _cells(section: Mapping[str, Any]) -> Iterator[Any]:
    requests = section["requests"]
    yield from (requests[name] for name in _COUNTS)
    yield from (requests["by_outcome"].get(outcome, 0) for outcome in OUTCOMES)
    yield from (section["calls"][name] for name in _CALLS)
    yield from (section["tokens"][name] for name in _TOKENS)
    yield section["cost_usd"]
    for spread in _SPREADS:
        yield from (section[spread][figure] for figure in _FIGURES)
    yield from (section.get("goodput", {}).get(name) for name in _GOODPUT)
