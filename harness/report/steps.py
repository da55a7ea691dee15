"""A quantity over time that goes up and down in steps, averaged over equal spans: requests in flight, token rates."""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Steps:
    """Steps by span. Of a span: by how much the level rises in it, and what that rise adds to the span's own integral.

    With spans of w seconds a step of h at t, in the span that ends at e, adds h to the rise and h (e - t) to the
    integral; the mean over a span is (level before it * w + its integral) / w.
    """

    width_s: float
    _rises: dict[int, float] = field(default_factory=dict)
    _integrals: dict[int, float] = field(default_factory=dict)

    def between(self, begin_s: float, end_s: float, height: float) -> None:
        """Be higher by `height` from `begin_s` to `end_s`; times are those of one clock, whichever."""
        first, last = int(begin_s // self.width_s), int(end_s // self.width_s)
        if first == last:
            self._integrals[first] = self._integrals.get(first, 0.0) + height * (end_s - begin_s)
            return
        self._step(first, begin_s, height)
        self._step(last, end_s, -height)

    def widened(self) -> "Steps":
        """The same over spans of twice the width."""
        wider = Steps(self.width_s * 2)
        for index, rise in self._rises.items():
            half = index >> 1
            wider._rises[half] = wider._rises.get(half, 0.0) + rise
            if not index & 1:
                wider._integrals[half] = wider._integrals.get(half, 0.0) + rise * self.width_s
        for index, integral in self._integrals.items():
            wider._integrals[index >> 1] = wider._integrals.get(index >> 1, 0.0) + integral
        return wider

    def means(self, first: int, last: int) -> Iterator[float]:
        """The mean over each span from `first` to `last`, numbered by time / width; before `first` it is 0."""
        level = 0.0
        for index in range(first, last + 1):
            mean = level + self._integrals.get(index, 0.0) / self.width_s
            yield max(round(mean, 3), 0.0)
            level += self._rises.get(index, 0.0)

    def _step(self, index: int, at_s: float, height: float) -> None:
        self._rises[index] = self._rises.get(index, 0.0) + height
        left_s = (index + 1) * self.width_s - at_s
        self._integrals[index] = self._integrals.get(index, 0.0) + height * left_s
