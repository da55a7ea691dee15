"""Latency by the number of tokens: how much longer a longer prompt waits, a longer answer takes."""

from dataclasses import dataclass, field
from typing import Final

from profiles.record import Record

from ..measure.histogram import LogHistogram
from ..measure.measured import Measures
from .fit import Fit

_LEAST_BITS: Final = 5
_LEAST: Final = (1 << _LEAST_BITS) - 1


@dataclass(slots=True)
class Band:
    """The complete attempts of a band of tokens, `low` to `high`."""

    low: int
    high: int
    n: int = 0
    ttft_ms: LogHistogram = field(default_factory=LogHistogram)
    e2e_ms: LogHistogram = field(default_factory=LogHistogram)


@dataclass(slots=True)
class Bands:
    """Bands that double: 0-31, 32-63, 64-127 ... tokens."""

    _bands: dict[int, Band] = field(default_factory=dict)

    def add(self, tokens: int, took: Measures) -> None:
        """Take in a complete attempt of so many tokens."""
        bits = tokens.bit_length() if tokens > _LEAST else _LEAST_BITS
        band = self._bands.get(bits)
        if band is None:
            low = 0 if bits == _LEAST_BITS else 1 << (bits - 1)
            band = self._bands[bits] = Band(low, (1 << bits) - 1)
        band.n += 1
        if took.ttft_ms is not None:
            band.ttft_ms.counts[took.ttft_ms.bucket] += 1
        if took.e2e_ms is not None:
            band.e2e_ms.counts[took.e2e_ms.bucket] += 1

    def merge(self, other: "Bands") -> None:
        """Add the attempts of other ones."""
        for bits, theirs in other._bands.items():
            band = self._bands.setdefault(bits, Band(theirs.low, theirs.high))
            band.n += theirs.n
            band.ttft_ms.merge(theirs.ttft_ms.buckets)
            band.e2e_ms.merge(theirs.e2e_ms.buckets)

    def ordered(self) -> list[Band]:
        """Those that hold something, from short to long."""
        return [band for _, band in sorted(self._bands.items())]


@dataclass(slots=True)
class ByTokens:
    """Complete attempts by prompt and by completion tokens, with the lines through TTFT and total latency in ms."""

    prompt: Bands = field(default_factory=Bands)
    completion: Bands = field(default_factory=Bands)
    ttft_by_prompt: Fit = field(default_factory=Fit)
    e2e_by_completion: Fit = field(default_factory=Fit)

    def add(self, record: Record, took: Measures) -> None:
        """Take in a complete attempt."""
        if record.tokens is None:
            return
        prompt, completion = record.tokens.prompt, record.tokens.completion
        if prompt is not None:
            self.prompt.add(prompt, took)
            if took.ttft_ms is not None:
                self.ttft_by_prompt.add(prompt, took.ttft_ms.ms)
        if completion is not None:
            self.completion.add(completion, took)
            if took.e2e_ms is not None:
                self.e2e_by_completion.add(completion, took.e2e_ms.ms)

    def merge(self, other: "ByTokens") -> None:
        """Add the attempts of another one."""
        self.prompt.merge(other.prompt)
        self.completion.merge(other.completion)
        self.ttft_by_prompt.merge(other.ttft_by_prompt)
        self.e2e_by_completion.merge(other.e2e_by_completion)
