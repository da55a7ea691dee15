"""A quantity over time that goes up and down in steps, averaged over equal spans: requests in flight, token rates."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Steps:
    """Steps by span. Of a span: by how much the level rises in it, and what that rise adds to the span's own integral.

    With spans of w seconds a step of h at t, in the span that ends at e, adds h to the rise and h (e - t) to the
    integral; the mean over a span is (level before it * w + its integral) / w.
    """

    width_s: float
    _rises: defaultdict[int, float] = field(default_factory=lambda: defaultdict(float))
    _integrals: defaultdict[int, float] = field(default_factory=lambda: defaultdict(float))

    def between(self, begin_s: float, end_s: float, height: float) -> None:
        """Be higher by `height` from `begin_s` to `end_s`; times are those of one clock, whichever."""
        width_s = self.width_s
        first, last = int(begin_s // width_s), int(end_s // width_s)
        if first == last:
            self._integrals[first] += height * (end_s - begin_s)
            return
        self._rises[first] += height
        self._integrals[first] += height * ((first + 1) * width_s - begin_s)
        self._rises[last] -= height
        self._integrals[last] -= height * ((last + 1) * width_s - end_s)

    def merge(self, other: "Steps") -> None:
        """Add the steps of another one, of spans of the same width."""
        for mine, theirs in ((self._rises, other._rises), (self._integrals, other._integrals)):
            for index, value in theirs.items():
                mine[index] += value

    def widened(self) -> "Steps":
        """The same over spans of twice the width."""
        wider = Steps(self.width_s * 2)
        for index, rise in self._rises.items():
            wider._rises[index >> 1] += rise
            if not index & 1:
                wider._integrals[index >> 1] += rise * self.width_s
        for index, integral in self._integrals.items():
            wider._integrals[index >> 1] += integral
        return wider

    def means(self, first: int, last: int) -> Iterator[float]:
        """The mean over each span from `first` to `last`, numbered by time / width; before `first` it is 0."""
        level = 0.0
        for index in range(first, last + 1):
            mean = level + self._integrals.get(index, 0.0) / self.width_s
            yield max(round(mean, 3), 0.0)
            level += self._rises.get(index, 0.0)
