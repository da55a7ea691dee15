import math

import pytest

from harness.compare.student import quantile, two_sided


@pytest.mark.parametrize(
    ("df", "t"), [(4, 2.7764), (5, 2.5706), (10, 2.2281), (30, 2.0423), (100, 1.9840), (1e6, 1.95996)]
)
def test_the_quantile_is_that_of_the_tables(df: float, t: float) -> None:
    assert quantile(0.95, df) == pytest.approx(t, rel=0.005)
    assert two_sided(t, df) == pytest.approx(0.05, abs=0.001)


@pytest.mark.parametrize("df", [4, 7.5, 60])
@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.99])
def test_probability_and_quantile_are_each_others_inverse(df: float, confidence: float) -> None:
    assert two_sided(quantile(confidence, df), df) == pytest.approx(1 - confidence)


def test_no_difference_is_chance_and_an_infinite_one_is_not() -> None:
    assert (two_sided(0.0, 9), two_sided(math.inf, 9)) == (1.0, 0.0)
