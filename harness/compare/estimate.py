"""A run's figures with their standard errors, by block resampling."""

import math
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ..measure.distribution import NEEDED
from ..measure.histogram import nearest_rank, value_of
from .bands import Kind, words
from .blocks import RESAMPLES, Blocks, Resampling
from .sample import (
    ATTEMPTS,
    CALLS,
    COMPLETE,
    JUDGED,
    LATENCIES,
    PICODOLLARS,
    PRICED,
    SUMS,
    TOKENS,
    Sample,
)

WHOLE: Final = "all"
_PERCENTILES: Final[Mapping[str, float]] = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
_LANES: Final = range(PICODOLLARS + 1)
_PICO: Final = 1_000_000_000_000


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure, None where the sample does not carry it, and the standard error of it (of a ratio: of its logarithm).

    `n` is of how many values, `blocks` how many blocks a resample of them had.
    """

    value: float | None
    n: int
    error: float | None = None
    blocks: int = 0


Figures = dict[str, dict[str, Estimate]]
"""The estimates of a run by section ("all", "class=...", "prompt=256-511", "output=...") and metric ("ttft.p95")."""


def estimated(sample: Sample, seed: int, resamples: int = RESAMPLES) -> Figures:
    """All figures of a run."""
    if not sample.slots:
        return {}
    resampling = Resampling.of(sample.slots, sample.width_s, seed, resamples)
    figures: Figures = {}
    for name, chosen, counted in sections(sample.kinds):
        here = figures[name] = {}
        for metric in LATENCIES:
            here.update(_percentiles(sample, metric, chosen, resampling))
        if counted:
            here.update(_ratios(sample, chosen, resampling))
    return figures


def sections(kinds: Sequence[Kind]) -> Iterator[tuple[str, Callable[[Kind], bool], bool]]:
    """The parts that are compared: name, who belongs to it, and whether failures can be told to belong to it, too."""
    yield WHOLE, lambda _: True, True
    for name in sorted({kind.class_ for kind in kinds}):
        yield f"class={name}", lambda kind, name=name: kind.class_ == name, True  # type: ignore[misc]
    for prompt in sorted({kind.prompt for kind in kinds if kind.prompt is not None}):
        yield f"prompt={words(prompt)}", lambda kind, band=prompt: kind.prompt == band, False  # type: ignore[misc]
    for output in sorted({kind.output for kind in kinds if kind.output is not None}):
        yield f"output={words(output)}", lambda kind, band=output: kind.output == band, False  # type: ignore[misc]


def _percentiles(
    sample: Sample, metric: str, chosen: Callable[[Kind], bool], resampling: Resampling
) -> Iterator[tuple[str, Estimate]]:
    """The percentiles of a latency."""
    series = sample.series(metric, chosen)
    buckets = sorted(set().union(*series))
    if not buckets:
        return
    values = [value_of(bucket) for bucket in buckets]
    logs = [math.log(value) if value else -math.inf for value in values]
    packed = Blocks(series, buckets, resampling.length, running=True)
    n = packed.whole[-1]
    drawn: dict[str, list[float]] = {name: [] for name in _PERCENTILES}
    for running in packed.resampled(resampling.picks):
        if running[-1]:
            for name, q in _PERCENTILES.items():
                drawn[name].append(logs[bisect_left(running, nearest_rank(q, running[-1]))])
    for name, q in _PERCENTILES.items():
        value = values[bisect_left(packed.whole, nearest_rank(q, n))] if n >= NEEDED[q] else None
        yield f"{metric}.{name}", Estimate(value or None, n, resampling.error(drawn[name]), resampling.blocks)


def _ratios(sample: Sample, chosen: Callable[[Kind], bool], resampling: Resampling) -> Iterator[tuple[str, Estimate]]:
    """What is counted, by what it is counted per."""
    window_s = sample.window_s
    if window_s is None:
        return
    packed = Blocks(sample.series(SUMS, chosen), _LANES, resampling.length, running=False)
    drawn_s = window_s * resampling.blocks * resampling.length / sample.slots
    wholes = _figures(packed.whole, window_s)
    drawn: dict[str, list[float]] = {name: [] for name in wholes}
    for sums in packed.resampled(resampling.picks):
        for name, value in _figures(sums, drawn_s).items():
            if value is not None:
                drawn[name].append(value if name == "complete" else math.log(value) if value else -math.inf)
    for name, value in wholes.items():
        kept = value if name == "complete" else value or None
        yield name, Estimate(kept, packed.whole[ATTEMPTS], resampling.error(drawn[name]), resampling.blocks)


def _figures(sums: Sequence[int], window_s: float) -> dict[str, float | None]:
    calls, judged, priced = sums[CALLS], sums[JUDGED], sums[PRICED]
    return {
        "throughput": sums[COMPLETE] / window_s,
        "tokens_per_s": sums[TOKENS] / window_s,
        "complete": sums[COMPLETE] / judged if judged else None,
        "cost": sums[PICODOLLARS] / _PICO / calls * 1000 if calls and priced else None,
        "amplification": sums[ATTEMPTS] / calls if calls else None,
    }
