"""How a model's times are distributed, as text: quantiles, and a bar for each of a few ranges."""

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from .draws import Numbers
from .model import ModelLatency

REPLIES: Final = 2_000
TOKENS: Final = 60
_SHARES: Final = (0.5, 0.9, 0.95, 0.99)
_BARS: Final = 14
_LONGEST_BAR: Final = 40
_LEFT_OUT: Final = 0.002
"""The share at either end that the bars leave out, so that a rare slow request does not squeeze the others."""


def pictures(
    latency: ModelLatency,
    prompt_tokens: int,
    numbers: Callable[[int], Numbers],
    thought: Callable[[int], int] | None = None,
) -> Iterator[str]:
    """Lines about first tokens and gaps of 2,000 replies of 60 tokens; `numbers` makes a generator for each of them.

    `thought` are the hidden tokens of each, None where the model does not reason. Gaps are those between writes: tokens
    that leave together have none.
    """
    firsts, gaps, together = [], [], 0
    for place in range(REPLIES):
        hidden = 0 if thought is None else thought(place)
        token_s = latency.cadence(prompt_tokens, TOKENS, numbers(place), hidden_tokens=hidden).token_s
        firsts.append(token_s[0] * 1e3)
        between = [(after - before) * 1e3 for before, after in pairwise(token_s)]
        gaps += [gap for gap in between if gap > 0]
        together += between.count(0.0)
    behind = "" if thought is None else ", behind what it thinks at medium effort"
    yield f"time to first token in ms, {prompt_tokens:,} prompt tokens, none cached{behind}: {quantiles(firsts)}"
    yield from bars(firsts)
    yield ""
    share = together / (REPLIES * (TOKENS - 1))
    joined = f"; {share:.0%} of tokens leave with the one before" if together else ""
    yield f"gaps between writes in ms: {quantiles(gaps)}{joined}" if gaps else "no gaps: all tokens leave at once"
    yield from bars(gaps)


def quantiles(values: Sequence[float]) -> str:
    """A few of them, named."""
    ordered = sorted(values)
    return ", ".join(f"p{share * 100:g} {number(ordered[int(share * len(ordered))])}" for share in _SHARES)


def bars(values: Sequence[float]) -> Iterator[str]:
    """A bar for each range of values: ranges are equally wide on a logarithmic scale."""
    ordered = sorted(value for value in values if value > 0)
    if not ordered:
        return
    low, high = ordered[int(_LEFT_OUT * len(ordered))], ordered[int((1 - _LEFT_OUT) * (len(ordered) - 1))]
    if high / low < 1 + 1e-6:
        yield f"{number(low):>10}  always"
        return
    edges = [low * (high / low) ** (place / _BARS) for place in range(_BARS + 1)]
    counts = [0] * _BARS
    for value in ordered:
        if low <= value <= high:
            counts[min(_BARS - 1, int(math.log(value / low) / math.log(high / low) * _BARS))] += 1
    for (begin, end), count in zip(pairwise(edges), counts, strict=True):
        bar = "#" * round(_LONGEST_BAR * count / max(counts))
        yield f"{number(begin):>10} - {number(end):<8} {bar:{_LONGEST_BAR}} {count / len(ordered):6.1%}"


def number(ms: float) -> str:
    """Three digits, and no more than there are."""
    return f"{ms:,.0f}" if ms >= 100 else f"{ms:.3g}"
