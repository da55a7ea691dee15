"""What to look at in how a load was made and taken: retries, limits, stages, lateness."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from ..measure.habits import Habits
from ..measure.summary import Stage, Summary
from .finding import LEAST, Finding, Rule
from .numbers import duration, share
from .view import LIMITED

WAVE: Final = 0.25
"""The share of all retries in one second that makes a wave."""
AMPLIFIED: Final = 1.2
"""Attempts a call."""
LIMITED_SHARE: Final = 0.01
UNUSED_SHARE: Final = 0.5
"""Of the refused attempts: those that had half of the other limit left."""
KNEE: Final = 1.5
"""p95 of TTFT over that of the first stage."""
LATE_MS: Final = 50.0


def _waves(summary: Summary, habits: Habits) -> Iterator[Finding]:
    """Retries that come together."""
    retries = habits.retries.total()
    most = max(habits.retries.values(), default=0)
    if retries >= LEAST and most > WAVE * retries and len(habits.retries) > 1:
        yield Finding(
            0.5 + 0.5 * most / retries,
            f"{most:,} of {retries:,} retries ({share(most, retries)}) were sent within one second: a retry wave; "
            "more jitter spreads them",
        )
    ratio = summary.whole.calls.amplification
    if ratio is not None and ratio > AMPLIFIED and summary.whole.calls.n >= LEAST:
        yield Finding(
            min(ratio - 1, 1.0),
            f"{ratio:.2f} attempts a call: retries alone add {ratio - 1:.0%} to the load; fewer attempts or "
            "longer waits ease it",
        )


def _limited(summary: Summary, habits: Habits) -> Iterator[Finding]:
    """Which of two limits refuses requests, while the other is hardly used."""
    counts, total = summary.whole.requests.by_outcome, summary.whole.requests.total
    limited = sum(counts.get(outcome, 0) for outcome in LIMITED)
    if habits.refused < LEAST or limited <= LIMITED_SHARE * total:
        return
    for unused, unit, other, cure in (
        (habits.requests_unused, "requests", "tokens", "shorter prompts or a lower max_tokens help"),
        (habits.tokens_unused, "tokens", "requests", "fewer and larger requests, or batching, help"),
    ):
        if unused > UNUSED_SHARE * habits.refused:
            of_them = "all of them" if unused == habits.refused else f"{share(unused, habits.refused)} of them"
            yield Finding(
                0.5 + 0.5 * limited / total,
                f"{limited:,} of {total:,} attempts ({share(limited, total)}) were refused with 429, {of_them} while "
                f"half of the {unit} per minute was left: it is the limit of {other}; {cure}",
            )


def _knee(summary: Summary, _habits: Habits) -> Iterator[Finding]:
    """Time to first token that grows with the load."""
    known = [stage for stage in summary.stages if stage.section.ttft_ms.p95 is not None]
    if len(known) < 2:
        return
    first = known[0]
    for before, stage in pairwise(known):
        slow, fast = _p95(stage), _p95(first)
        if fast and slow >= KNEE * fast:
            yield Finding(
                min(slow / fast / 4, 1.0),
                f"TTFT p95 rises from {duration(fast)} in stage {first.name} to {duration(slow)} in {stage.name}: "
                f"the server is at its knee behind {before.name}",
            )
            return


def _late(summary: Summary, _habits: Habits) -> Iterator[Finding]:
    """An open load whose requests leave late."""
    late = summary.whole.lateness_ms
    if "open_loop" in summary.run and late.p99 is not None and late.p99 > LATE_MS:
        yield Finding(
            0.6,
            f"one in a hundred requests was sent {duration(late.p99)} late or more (p99), and latency counts from when "
            "it was due: more --users, or --processes",
        )


def _p95(stage: Stage) -> float:
    return stage.section.ttft_ms.p95 or 0.0


ON_LOAD: Final[Sequence[Rule]] = (_waves, _limited, _knee, _late)
