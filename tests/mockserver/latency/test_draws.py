"""Draws: the stated medians and spreads, one random number each."""

import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.chance import Draws
from mockserver.latency.draws import lognormal, standard_normal

DRAWS = 20_000


def test_the_standard_normal_has_mean_zero_and_deviation_one() -> None:
    rng = Draws(1, b"", None, "")
    drawn = [standard_normal(rng) for _ in range(DRAWS)]
    assert statistics.fmean(drawn) == pytest.approx(0, abs=0.03)
    assert statistics.stdev(drawn) == pytest.approx(1, abs=0.03)


@pytest.mark.parametrize(("median", "sigma"), [(480.0, 0.22), (0.004, 0.4), (160.0, 0.7)])
def test_a_lognormal_has_the_stated_median_and_spread(median: float, sigma: float) -> None:
    rng = Draws(2, b"", None, "")
    drawn = [lognormal(median, sigma, rng) for _ in range(DRAWS)]
    assert statistics.median(drawn) == pytest.approx(median, rel=0.02 + sigma / 50)
    assert statistics.stdev(map(math.log, drawn)) == pytest.approx(sigma, rel=0.03)


def test_no_spread_gives_the_median_itself() -> None:
    assert lognormal(0.0123456789, 0.0, Draws(3, b"", None, "")) == 0.0123456789


@given(st.integers(), st.floats(0, 3), st.floats(0, 3))
def test_the_spread_does_not_change_what_is_drawn_next(seed: int, one: float, other: float) -> None:
    following = []
    for sigma in (one, other):
        rng = Draws(seed, b"", None, "")
        lognormal(1.0, sigma, rng)
        following.append(rng.random())
    assert following[0] == following[1]


@pytest.mark.parametrize("number", [0.0, 1 - 2.0**-53])
def test_the_rarest_numbers_give_finite_draws(number: float) -> None:
    class Rigged(Draws):
        def random(self) -> float:
            return number

    assert 7 < abs(standard_normal(Rigged(1, b"", None, ""))) < 9
