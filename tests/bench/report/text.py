"""Results for a terminal."""

from ..result import Result
from ..row import Benchmark, Row
from ..running import Measured
from .numbers import percent, rounded


def text(measured: Measured) -> str:
    """A benchmark: its method, and a line a row."""
    benchmark = measured.benchmark
    return "\n".join([f"{benchmark.name}: {benchmark.method}", *(f"  {line(result)}" for result in measured.results)])


def line(result: Result) -> str:
    """A row: figure and range, goal and verdict, reference and ratio, noise."""
    row = result.row
    parts = [f"{row.name:<44} {rounded(result.figure):>7} {row.unit}"]
    if len(result.counted) > 1:
        parts.append(f"({rounded(result.least)}-{rounded(result.most)})")
    if row.goal is not None:
        parts.append(f"goal {row.goal:,g}: {spoken(result)}")
    if result.ratio is not None:
        parts.append(f"{rounded(result.ratio)} x {row.reference}")
    parts.append(f"stolen {percent(result.noise.stolen)}, others {percent(result.noise.others)}")
    return "; ".join(parts)


def spoken(result: Result) -> str:
    """The verdict with its reason; what is missed is loud."""
    if result.verdict is None:
        return "-"
    verdict = result.verdict.upper() if result.verdict == "missed" else result.verdict
    return f"{verdict} ({result.why})" if result.why else verdict


def declared(benchmark: Benchmark) -> str:
    """A benchmark before anything is measured."""
    return "\n".join([benchmark.name, *(f"  {row.name}{_bound(row)}" for row in benchmark.rows)])


def _bound(row: Row) -> str:
    if row.goal is None:
        return ""
    return f": at {'most' if row.better == 'less' else 'least'} {row.goal:,g} {row.unit}"
