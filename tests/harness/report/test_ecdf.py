"""Empirical distribution functions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.measure.histogram import LogHistogram
from harness.report.ecdf import POINTS, curves_of

VALUES = st.lists(st.floats(0.01, 1e5), min_size=1, max_size=60)


def test_curves_share_their_values_and_one_with_failures_ends_below_all() -> None:
    curves = curves_of([(LogHistogram.of([10, 20]), 0), (LogHistogram.of([20, 40, 40]), 1)])
    assert list(curves.values_ms) == pytest.approx([10, 20, 40], rel=0.01)
    assert list(map(list, curves.shares)) == [[0.5, 1, 1], [None, 0.25, 0.75]]
    assert curves.counts == [2, 4]


@given(VALUES)
def test_a_share_is_that_of_the_values_at_most_so_large(values: list[float]) -> None:
    curves = curves_of([(LogHistogram.of(values), 0)])
    assert curves.shares[0][-1] == 1
    for at, share in zip(curves.values_ms, curves.shares[0], strict=True):
        low, high = (sum(value <= at * (1 + off) for value in values) / len(values) for off in (-0.021, 0.021))
        assert low - 1e-5 <= (share or 0) <= high + 1e-5


def test_a_curve_of_too_many_points_is_thinned_and_keeps_its_end() -> None:
    values = [1.021**step for step in range(POINTS + 100)]
    curves = curves_of([(LogHistogram.of(values), 0)])
    assert len(curves.values_ms) <= POINTS
    assert curves.values_ms[-1] == pytest.approx(values[-1], rel=0.01)
    assert curves.shares[0][-1] == 1
