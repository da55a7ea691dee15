"""Lines through points."""

import math
import statistics

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from harness.report.fit import Fit, Line

NUMBERS = st.integers(0, 10_000)


def of(points: list[tuple[float, float]]) -> Line | None:
    fit = Fit()
    for x, y in points:
        fit.add(x, y)
    return fit.line()


def test_a_line_that_is_known_with_its_standard_error() -> None:
    line = of([(1, 2.1), (2, 3.9), (3, 6.2), (4, 7.8)])
    assert line is not None
    assert line.slope == pytest.approx(1.94)
    assert line.intercept == pytest.approx(0.15)
    assert line.slope_error == pytest.approx(math.sqrt(0.082 / 2 / 5))


@pytest.mark.parametrize("points", [[], [(1, 1)], [(5, 1), (5, 2), (5, 3)]])
def test_where_no_x_differs_there_is_no_line(points: list[tuple[float, float]]) -> None:
    assert of(points) is None


def test_two_points_fix_a_line_and_tell_no_error() -> None:
    assert of([(0, 1), (2, 5)]) == Line(1, 2, None)


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=3, max_size=50))
def test_it_is_the_line_of_least_squares(points: list[tuple[float, float]]) -> None:
    assume(len({x for x, _ in points}) > 1)
    slope, intercept = statistics.linear_regression(*zip(*points, strict=True))
    line = of(points)
    assert line is not None
    assert line.slope == pytest.approx(slope, abs=1e-6, rel=1e-6)
    assert line.intercept == pytest.approx(intercept, abs=1e-2, rel=1e-6)
