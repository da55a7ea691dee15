"""What came out of a row, and whether it keeps its goal.

**The rule.** Of the repetitions only the quiet ones count (tests/bench/noise.py says when one is quiet); where none
was quiet, all do. The figure is their median. It is *met* when it keeps the goal, however noisy it was: noise only
takes. It is *missed* when it does not keep the goal in quiet repetitions. It is *unjudged* when it was not kept but
never quiet, and when the load was a small one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal, NamedTuple

from .noise import Noise
from .row import Row, Sample

Verdict = Literal["met", "missed", "unjudged"]


class Repetition(NamedTuple):
    """A row measured once, and the noise meanwhile."""

    sample: Sample
    noise: Noise


@dataclass(frozen=True, slots=True)
class Result:
    """A row with all its repetitions; `quick` when the load was a small one."""

    row: Row
    repetitions: Sequence[Repetition]
    quick: bool = False

    @property
    def quiet(self) -> bool:
        """Whether any repetition was quiet."""
        return any(repetition.noise.quiet for repetition in self.repetitions)

    @property
    def counted(self) -> Sequence[Repetition]:
        """The repetitions that the figure is made from."""
        return [one for one in self.repetitions if one.noise.quiet] if self.quiet else self.repetitions

    @property
    def figure(self) -> float:
        """The median."""
        return median(one.sample.figure for one in self.counted)

    @property
    def least(self) -> float:
        """The smallest figure that counts."""
        return min(one.sample.figure for one in self.counted)

    @property
    def most(self) -> float:
        """The largest figure that counts."""
        return max(one.sample.figure for one in self.counted)

    @property
    def reference(self) -> float | None:
        """The median of the reference, None where there is none."""
        beside = [one.sample.reference for one in self.counted if one.sample.reference is not None]
        return median(beside) if beside else None

    @property
    def ratio(self) -> float | None:
        """The median of figure / reference, each pair from one repetition: noise that both had drops out."""
        ratios = [one.sample.figure / one.sample.reference for one in self.counted if one.sample.reference]
        return median(ratios) if ratios else None

    @property
    def noise(self) -> Noise:
        """The worst of the repetitions that count."""
        return Noise(max(one.noise.stolen for one in self.counted), max(one.noise.others for one in self.counted))

    @property
    def verdict(self) -> Verdict | None:
        """Whether the goal is kept, None for a row without one."""
        if self.row.goal is None:
            return None
        if self.quick:
            return "unjudged"
        if self.row.keeps(self.figure):
            return "met"
        return "missed" if self.quiet else "unjudged"

    @property
    def why(self) -> str | None:
        """What a reader should know of a verdict that is not "met"."""
        if self.verdict == "unjudged":
            return "small load" if self.quick else "noise"
        if self.verdict == "missed" and self.reference is not None and not self.row.keeps(self.reference):
            return "its reference misses it too"
        return None
