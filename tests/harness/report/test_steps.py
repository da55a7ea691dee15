"""Quantities that go up and down in steps, averaged over spans."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.report.steps import Steps

TIMES = st.floats(0, 50, allow_nan=False)
STAYS = st.lists(
    st.tuples(TIMES, TIMES, st.floats(0.1, 100)).map(lambda t: (min(t[:2]), max(t[:2]), t[2])), max_size=20
)


@pytest.mark.parametrize(
    ("stays", "means"),
    [
        ([(0.0, 3.0, 1.0)], [1, 1, 1, 0]),
        ([(0.5, 2.25, 1.0)], [0.5, 1, 0.25, 0]),
        ([(1.25, 1.75, 2.0)], [0, 1, 0, 0]),
        ([(0.0, 2.0, 1.0), (1.0, 4.0, 3.0)], [1, 4, 3, 3]),
        ([], [0, 0, 0, 0]),
    ],
)
def test_the_mean_over_each_span(stays: list[tuple[float, float, float]], means: list[float]) -> None:
    steps = Steps(1)
    for stay in stays:
        steps.between(*stay)
    assert list(steps.means(0, 3)) == means


def of(width_s: float, stays: list[tuple[float, float, float]]) -> Steps:
    steps = Steps(width_s)
    for stay in stays:
        steps.between(*stay)
    return steps


@given(STAYS)
def test_nothing_is_lost_or_added(stays: list[tuple[float, float, float]]) -> None:
    total = sum((end - begin) * height for begin, end, height in stays)
    assert sum(of(1, stays).means(0, 50)) == pytest.approx(total, abs=0.1)


@given(STAYS)
def test_wider_spans_say_the_same(stays: list[tuple[float, float, float]]) -> None:
    assert list(of(1, stays).widened().means(0, 25)) == pytest.approx(list(of(2, stays).means(0, 25)), abs=0.002)
