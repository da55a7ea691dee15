"""A straight line through points by least squares, from running sums."""

import math
from dataclasses import dataclass, field
from typing import NamedTuple


class Line(NamedTuple):
    """y = intercept + slope x. The standard error of the slope is None where two points fix the line."""

    intercept: float
    slope: float
    slope_error: float | None


@dataclass(slots=True)
class Fit:
    """The sums of a least squares fit, as deviations from the first point: large values cost no accuracy.

    slope = Sxy / Sxx; its standard error = sqrt((Syy - slope Sxy) / (n - 2) / Sxx), the usual one of simple regression.
    """

    n: int = 0
    _origin: tuple[float, float] = (0.0, 0.0)
    _sums: list[float] = field(default_factory=lambda: [0.0] * 5)

    def add(self, x: float, y: float) -> None:
        """Take a point in."""
        if not self.n:
            self._origin = (x, y)
        self.n += 1
        dx, dy = x - self._origin[0], y - self._origin[1]
        sums = self._sums
        sums[0] += dx
        sums[1] += dy
        sums[2] += dx * dx
        sums[3] += dx * dy
        sums[4] += dy * dy

    def line(self) -> Line | None:
        """The line, None where no x differs from another."""
        if self.n < 2:
            return None
        x, y, xx, xy, yy = self._sums
        sxx, sxy, syy = xx - x * x / self.n, xy - x * y / self.n, yy - y * y / self.n
        if sxx <= 0:
            return None
        slope = sxy / sxx
        intercept = self._origin[1] + y / self.n - slope * (self._origin[0] + x / self.n)
        error = math.sqrt(max(syy - slope * sxy, 0.0) / (self.n - 2) / sxx) if self.n > 2 else None
        return Line(intercept, slope, error)
