"""What an engine makes of more and more requests, as text: it has no times of its own, they are those of its load."""

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from statistics import fmean
from typing import Final

import msgspec

from .draws import Numbers, uniform
from .engine import Engine, EngineFigures, Seat
from .model import ModelLatency
from .picture import bars, number, quantiles

REQUESTS: Final = 800
_LOADS: Final = (0.25, 0.5, 0.75, 1.0, 2.0)
"""Shares of what it can do at most."""
_SHOWN: Final = 0.75
_LONGEST: Final = 4_096
_HEAD: Final = ("asked/s", "answered/s", "refused", "TTFT p50", "p95 ms", "gap p50", "p95 ms")


class Asked(msgspec.Struct, frozen=True):
    """A request: the share of the mean time since the one before, and the tokens of its answer, seen and not."""

    after: float
    said: int
    thought: int = 0


def asked(latency: ModelLatency, numbers: Numbers, thought: Callable[[int], int] | None = None) -> list[Asked]:
    """Requests as they come in an open load, independently of each other; `thought` are the hidden tokens of each."""
    waits = [-math.log(uniform(numbers)) for _ in range(REQUESTS)]
    mean = fmean(waits)
    return [
        Asked(
            after=waits[place] / mean,
            said=latency.length(None, _LONGEST, numbers).target,
            thought=0 if thought is None else thought(place),
        )
        for place in range(REQUESTS)
    ]


def most_per_s(figures: EngineFigures, prompt_tokens: int, tokens: float) -> float:
    """About how many answers of so many tokens it can give a second: its slots full, or all that is read at once."""
    read = min(prompt_tokens * figures.slots / tokens, figures.prefill_chunk_tokens)
    full_s = figures.step_s(figures.slots, round(figures.slots * (prompt_tokens + tokens / 2)), round(read))
    return read / prompt_tokens / full_s


def load_pictures(figures: EngineFigures, requests: Sequence[Asked], prompt_tokens: int) -> Iterator[str]:
    """Lines about first tokens and gaps at several loads, and their bars below the most that it can do."""
    tokens = fmean(each.thought + each.said for each in requests)
    most = most_per_s(figures, prompt_tokens, tokens)
    yield (
        f"{len(requests):,} requests of {prompt_tokens:,} prompt tokens, none cached, answers of {tokens:,.0f} tokens "
        "on average"
    )
    yield "  ".join(f"{name:>10}" for name in _HEAD)
    loads = {share: _loaded(figures, requests, prompt_tokens, most * share) for share in _LOADS}
    for share, load in loads.items():
        yield "  ".join(f"{cell:>10}" for cell in (number(most * share), *_cells(load, len(requests))))
    shown = loads[_SHOWN]
    yield ""
    yield f"time to first token in ms at {number(most * _SHOWN)} requests/s: {quantiles(shown.first_ms)}"
    yield from bars(shown.first_ms)
    yield ""
    yield f"gaps between tokens in ms then: {quantiles(shown.gap_ms)}" if shown.gap_ms else "no gaps: one token each"
    yield from bars(shown.gap_ms)


class _Load(msgspec.Struct, frozen=True):
    """What became of requests: times to first token and gaps, ascending, and in how many seconds all was answered."""

    first_ms: list[float]
    gap_ms: list[float]
    seconds: float


def _loaded(figures: EngineFigures, requests: Sequence[Asked], prompt_tokens: int, per_s: float) -> _Load:
    """What becomes of requests that come at this rate."""
    engine, at_s = Engine(figures), 0.0
    seats: list[tuple[Seat, int]] = []
    for each in requests:
        at_s += each.after / per_s
        seat = engine.enter(at_s, prompt_tokens, each.thought + each.said)
        if seat is not None:
            seats.append((seat, each.thought))
    engine.advance(math.inf)
    seen = [seat.token_s[thought:] for seat, thought in seats]
    return _Load(
        sorted((at[0] - seat.arrived_s) * 1e3 for at, (seat, _) in zip(seen, seats, strict=True)),
        sorted((after - before) * 1e3 for at in seen for before, after in pairwise(at)),
        max(at[-1] for at in seen),
    )


def _cells(load: _Load, requests: int) -> Iterator[str]:
    yield number(len(load.first_ms) / load.seconds)
    yield f"{1 - len(load.first_ms) / requests:.0%}"
    for times in (load.first_ms, load.gap_ms):
        for share in (0.5, 0.95):
            yield number(times[int(share * len(times))]) if times else "-"
