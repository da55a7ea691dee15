"""How near the burst model of mockserver.latency comes to recorded streams: `burst_model.py streams.csv`.

The file has three columns a series: "NAME success", "NAME first_token_time_seconds" and "NAME chunks_time_seconds", the
latter a JSON list of the gaps between chunks in seconds. Each recorded stream is played again with its own number of
tokens; compared are the gaps above 2 ms (Kolmogorov-Smirnov distance) and the sizes of bursts, runs of gaps below that
(total variation). Two numbers are taken from a series, the most frequent size of its bursts and the median gap between
them, or the mean time per token of each stream in place of the latter. The floor is what two halves of the recording
differ by, the mean of 20 ways to halve it.
"""

import argparse
import bisect
import csv
import json
import statistics
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import NamedTuple

from msgspec.structs import replace

from mockserver.chance import Draws
from mockserver.latency import LatencyProfile
from mockserver.latency.bursts import Bursts

TOGETHER_S = 0.002
REPLICAS = 20

Stream = list[float]
"""The gaps between the tokens of a reply, in seconds."""


class Row(NamedTuple):
    """What was compared with a recording, and by how much it differs."""

    what: str
    ks: float
    total_variation: float


def series(path: Path) -> dict[str, list[Stream]]:
    """The streams of each series that came through, with ten gaps or more."""
    with path.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    ending = " chunks_time_seconds"
    names = [name.removesuffix(ending) for name in rows[0] if name.endswith(ending)] if rows else []
    found = {
        name: [
            json.loads(row[name + ending]) for row in rows if row[f"{name} success"] == "True" and row[name + ending]
        ]
        for name in names
    }
    return {name: [gaps for gaps in streams if len(gaps) >= 10] for name, streams in found.items()}


def long_gaps(streams: Sequence[Stream]) -> list[float]:
    """The gaps between bursts, ascending."""
    return sorted(gap for gaps in streams for gap in gaps if gap > TOGETHER_S)


def burst_sizes(streams: Sequence[Stream]) -> Counter[int]:
    """How many bursts have how many tokens."""
    sizes: Counter[int] = Counter()
    for gaps in streams:
        size = 1
        for gap in gaps:
            if gap > TOGETHER_S:
                sizes[size] += 1
                size = 0
            size += 1
        sizes[size] += 1
    return sizes


def ks(one: Sequence[float], other: Sequence[float]) -> float:
    """The largest distance of two empirical distribution functions; both samples are in order."""
    return max(
        abs(bisect.bisect_right(one, value) / len(one) - bisect.bisect_right(other, value) / len(other))
        for value in (*one, *other)
    )


def total_variation(one: Counter[int], other: Counter[int]) -> float:
    """Half the sum of the differences of two distributions of sizes."""
    return sum(abs(one[size] / one.total() - other[size] / other.total()) for size in one | other) / 2


def played(streams: Sequence[Stream], bursts: Bursts, gap_s: float | None = None) -> list[Stream]:
    """Each stream again, by the model, with this time per token or its own mean one."""
    found = []
    for place, gaps in enumerate(streams):
        for replica in range(REPLICAS):
            numbers = Draws(0, b"", place * REPLICAS + replica, "burst model")
            instants = bursts.instants(0.0, gap_s or statistics.fmean(gaps), len(gaps) + 1, numbers)
            found.append([after - before for before, after in pairwise(instants)])
    return found


def compared(what: str, streams: Sequence[Stream], others: Sequence[Stream]) -> Row:
    """A row about two sets of streams."""
    one, other = long_gaps(streams), long_gaps(others)
    return Row(what, ks(one, other), total_variation(burst_sizes(streams), burst_sizes(others)))


def floor(streams: Sequence[Stream], halvings: int = 20) -> Row:
    """What two halves of a recording differ by."""
    rng, rows = Random(0), []
    for _ in range(halvings):
        mixed = rng.sample(list(streams), len(streams))
        rows.append(compared("", mixed[::2], mixed[1::2]))
    return Row(
        "floor: two halves of it",
        statistics.fmean(row.ks for row in rows),
        statistics.fmean(row.total_variation for row in rows),
    )


def shipped(profile: str) -> Bursts:
    """The bursts of a profile's default."""
    bursts = LatencyProfile.from_file(profile).default.bursts
    if bursts is None:
        raise SystemExit(f"{profile} has no bursts any more")
    return bursts


def judged(name: str, streams: Sequence[Stream]) -> Iterator[Row]:
    """Rows about one series."""
    yield floor(streams)
    bursts = shipped("azure" if name.startswith("Azure") else "hosted")
    if name.startswith("Azure"):
        yield compared("profile azure, mean time per token", streams, played(streams, bursts))
        yield compared("token by token", streams, played(streams, Bursts(1, 1)))
        return
    k = burst_sizes(streams).most_common(1)[0][0]
    gap_s = statistics.median(long_gaps(streams)) / k
    hosted = replace(bursts, least=k, most=k)
    yield compared(f"profile hosted, k = {k}, median gap", streams, played(streams, hosted, gap_s))
    yield compared("the same, mean time per token", streams, played(streams, hosted))
    yield compared("the same, no late bursts", streams, played(streams, replace(hosted, late=None), gap_s))
    yield compared("token by token", streams, played(streams, Bursts(1, 1), gap_s))


def main(arguments: Sequence[str], say: Callable[[str], object] = print) -> None:
    """Print a table for each series of the file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("file", type=Path, metavar="CSV")
    for name, streams in series(parser.parse_args(arguments).file).items():
        gaps = long_gaps(streams)
        say(f"\n{name}: {len(streams)} streams, {len(gaps):,} gaps above 2 ms\n")
        say(f"| {'':34} | KS of gaps > 2 ms | burst sizes, total variation |")
        say(f"|{'-' * 36}|------------------:|-----------------------------:|")
        for row in judged(name, streams):
            say(f"| {row.what:34} | {row.ks:17.3f} | {row.total_variation:28.3f} |")


if __name__ == "__main__":
    main(sys.argv[1:])
