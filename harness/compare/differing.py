"""In what two runs differ besides their figures: apples are not to be taken for pears."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from ..report.numbers import duration
from .estimate import WHOLE, Estimate, Figures

_APART: Final = frozenset({"stop_timeout_s", "ca_file"})
"""Settings that change nothing that is compared."""


def differing(base: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[str]:
    """A line for each setting, version and doubt that is not the same in both run.json."""
    first, second = base.get("settings", {}), other.get("settings", {})
    for name in [*first, *(name for name in second if name not in first)]:
        if name not in _APART and first.get(name) != second.get(name):
            yield f"{name}: {_shown(first.get(name))} against {_shown(second.get(name))}"
    if base.get("crew") != other.get("crew"):
        yield f"processes: {_processes(base)} against {_processes(other)}"
    versions, others = base.get("versions", {}), other.get("versions", {})
    yield from (
        f"version of {name}: {_shown(versions.get(name))} against {_shown(others.get(name))}"
        for name in versions
        if versions[name] != others.get(name)
    )


def only_in_one(base: Figures, other: Figures) -> Iterator[str]:
    """A line for the classes that only one of the runs has, one for its figures: without streams there is no TTFT."""
    for mine, theirs, which in ((base, other, "first"), (other, base, "second")):
        only = [name.removeprefix("class=") for name in mine if name.startswith("class=") and name not in theirs]
        if only:
            yield f"only in the {which} run: class {', '.join(only)}"
        whole, others = mine.get(WHOLE, {}), theirs.get(WHOLE, {})
        figures = dict.fromkeys(metric.partition(".")[0] for metric in whole if metric not in others)
        if figures and others:
            yield f"only in the {which} run: {', '.join(_middle(name, whole) for name in figures)}"


def _middle(figure: str, whole: Mapping[str, Estimate]) -> str:
    """A figure with its median, where that is known."""
    median = whole.get(f"{figure}.p50")
    return figure if median is None or median.value is None else f"{figure} (p50 {duration(median.value)})"


def doubts(run: Mapping[str, Any], name: str) -> Iterator[str]:
    """Why a run proves nothing."""
    yield from (f"{name} is not a valid run: {why}" for why in run.get("why_not", ()))
    if "ended_at" not in run:
        yield f"{name} is not a valid run: run.json tells of no end"


def _shown(value: object) -> str:
    return "none" if value is None else str(value)


def _processes(run: Mapping[str, Any]) -> str:
    crew = run.get("crew", {})
    return str(crew.get("processes", 1) + crew.get("awaited", 0))
