"""Runs benchmarks: the only place where something is repeated."""

import os
from collections.abc import Sequence
from dataclasses import dataclass

from .noise import Counters, Noise, noise_between
from .result import Repetition, Result
from .row import Benchmark, Sample


@dataclass(frozen=True, slots=True)
class Measured:
    """A benchmark with its results, one a row."""

    benchmark: Benchmark
    results: Sequence[Result]


def run(benchmark: Benchmark, *, quick: bool = False, repeats: int | None = None) -> Measured:
    """Measure all rows of a benchmark, as often as it wants, `repeats` times, or once with a small load."""
    times = 1 if quick else repeats or benchmark.repeats
    return measured(benchmark, [_once(benchmark, quick) for _ in range(times)], quick=quick)


def measured(benchmark: Benchmark, rounds: Sequence[tuple[Sequence[Sample], Noise]], *, quick: bool) -> Measured:
    """The results of rounds in each of which every row was measured once."""
    by_row = zip(*([Repetition(sample, noise) for sample in samples] for samples, noise in rounds), strict=True)
    results = [Result(row, one, quick) for row, one in zip(benchmark.rows, by_row, strict=True)]
    return Measured(benchmark, results)


def _once(benchmark: Benchmark, quick: bool) -> tuple[Sequence[Sample], Noise]:
    before = Counters.read()
    samples = benchmark.measure(quick)
    return samples, noise_between(before, Counters.read(), os.cpu_count() or 1)
