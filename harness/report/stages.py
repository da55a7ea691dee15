"""The stages of a load, or the phases of a mock, beside each other."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

from profiles.record import OUTCOMES

from ..measure.section import Section
from ..measure.summary import Summary
from .failures import NOT_FAILED
from .folding import FoldingTable, Row
from .numbers import DASH, duration, rate, share
from .view import LIMITED

Step: TypeAlias = tuple[str, Section]
"""A stage or a phase: its name, and what became of its attempts."""

_ERRORS: Final = frozenset(OUTCOMES) - {*NOT_FAILED, *LIMITED}
_GROUPS: Final = (("requests", "/s"), ("complete", "429", "errors"), ("TTFT p50", "p95"), ("total p95",), ("tokens/s",))


def stages_table(summary: Summary) -> FoldingTable:
    """The stages in their order. Attempts belong to the stage in which they were due."""
    steps = ((stage.name, stage.section) for stage in summary.stages)
    return _table("by stage of the load", f"stage{_unit(summary.run.get('settings', {}))}", steps)


def phases_table(summary: Summary) -> FoldingTable:
    """The phases of the mock in the order of their begin. Attempts belong to the phase in which they were sent."""
    steps = ((f"{phase.name}, {phase.section.window_s or 0:.0f} s", phase.section) for phase in summary.phases)
    return _table("by phase of the mock", "phase", steps)


def _unit(settings: Mapping[str, Any]) -> str:
    """What the levels in the names of stages are levels of."""
    return ": users" if "users_plan" in settings else ": arrivals per s" if "rate" in settings else ""


def _table(title: str, heading: str, steps: Iterable[Step]) -> FoldingTable:
    return FoldingTable(
        title=title, heading=heading, groups=_GROUPS, rows=[Row(name, _cells(section)) for name, section in steps]
    )


def _cells(section: Section) -> list[str]:
    counts, total = section.requests.by_outcome, section.requests.total
    limited = sum(counts.get(outcome, 0) for outcome in LIMITED)
    failed = sum(count for outcome, count in counts.items() if outcome in _ERRORS)
    shares = (share(number, total) for number in (counts.get("complete", 0), limited, failed))
    times = (section.ttft_ms.p50, section.ttft_ms.p95, section.e2e_ms.p95)
    per_s = rate(total / section.window_s) if section.window_s else DASH
    return [f"{total:,}", per_s, *shares, *map(duration, times), rate(section.tokens.total_per_s)]
