"""Distributions: 20,000 draws have the stated quantiles; one number each; nothing is rounded."""

import math
import statistics
from itertools import pairwise
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.chance import Draws
from mockserver.latency.distributions import Distribution, Gamma, Lognormal, Quantiles, distribution_of
from mockserver.latency.draws import drawn, happens
from profiles import ProfileError
from profiles.schema.distributions import KNOTS
from profiles.schema.distributions import Distribution as DistributionField
from profiles.schema.reading import Envelope, validated

DRAWS: Final = 20_000
SHARES: Final = (0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99)
NORMAL: Final = statistics.NormalDist()
FIFTEEN: Final = [0.5, 0.6, 0.7, 0.75, 0.8, 0.88, 0.95, 1.0, 1.05, 1.12, 1.2, 1.5, 2.2, 4.0, 6.0]

STATED: Final[dict[str, tuple[dict[str, Any], Any]]] = {
    "constant": ({"dist": "constant", "value": 0.0125}, lambda _u: 0.0125),
    "uniform": ({"dist": "uniform", "min": 100, "max": 400}, lambda u: 100 + 300 * u),
    "normal": ({"dist": "normal", "mean": 50, "sd": 5}, lambda u: 50 + 5 * NORMAL.inv_cdf(u)),
    "normal, cut in half": (
        {"dist": "normal", "mean": 0, "sd": 2},
        lambda u: 2 * NORMAL.inv_cdf(0.5 + u / 2),
    ),
    "normal, cut on both sides": (
        {"dist": "normal", "mean": 10, "sd": 5, "min": 5, "max": 15},
        lambda u: 10 + 5 * NORMAL.inv_cdf(NORMAL.cdf(-1) + u * (NORMAL.cdf(1) - NORMAL.cdf(-1))),
    ),
    "lognormal by its median": (
        {"dist": "lognormal", "median": 160, "sigma": 0.7},
        lambda u: 160 * math.exp(0.7 * NORMAL.inv_cdf(u)),
    ),
    "lognormal by its mean": (
        {"dist": "lognormal", "mean": 160, "sigma": 0.7},
        lambda u: 160 * math.exp(0.7 * NORMAL.inv_cdf(u) - 0.245),
    ),
    "exponential": ({"dist": "gamma", "mean": 0.004, "cv": 1}, lambda u: -0.004 * math.log(1 - u)),
    # Of shape 2 the distribution function is 1 - (1 + x) e^-x: the shares below are those of the values.
    "gamma of shape 1/2": (
        {"dist": "gamma", "mean": 1, "cv": math.sqrt(2)},
        lambda u: NORMAL.inv_cdf((1 + u) / 2) ** 2,
    ),
    "pareto": ({"dist": "pareto", "min": 3, "alpha": 2.5}, lambda u: 3 * (1 - u) ** -0.4),
    "lomax": ({"dist": "lomax", "scale": 3, "alpha": 2.5}, lambda u: 3 * ((1 - u) ** -0.4 - 1)),
    "quantiles": ({"dist": "quantiles", "values": FIFTEEN}, lambda u: Quantiles(tuple(FIFTEEN), KNOTS).quantile(u)),
}


class Holder(Envelope):
    value: DistributionField


def distribution(table: dict[str, Any]) -> Distribution:
    return distribution_of(validated(Holder, "mine.toml", {"value": table}).value)


@pytest.mark.parametrize("name", STATED)
def test_draws_have_the_stated_quantiles(name: str) -> None:
    table, quantile = STATED[name]
    made = distribution(table)
    numbers = Draws(11, b"", None, name)
    found = sorted(drawn(made, numbers) for _ in range(DRAWS))
    for share in SHARES:
        assert made.quantile(share) == pytest.approx(quantile(share), rel=0.003), share
        # The share of draws below a quantile has a deviation of sqrt(u (1 - u) / n): four of them either way.
        room = 4 * math.sqrt(share * (1 - share) / DRAWS)
        low, high = found[int(DRAWS * (share - room))], found[min(DRAWS - 1, int(DRAWS * (share + room)))]
        assert low * 0.999 <= quantile(share) <= high * 1.001, share


@pytest.mark.parametrize("name", STATED)
@given(seed=st.integers(0, 2**32))
def test_each_draw_takes_one_number(name: str, seed: int) -> None:
    numbers, passed = Draws(seed, b"", None, ""), Draws(seed, b"", None, "")
    drawn(distribution(STATED[name][0]), numbers)
    passed.skip()
    assert numbers.random() == passed.random()


@pytest.mark.parametrize("name", STATED)
@given(shares=st.lists(st.floats(2**-54, 1 - 2**-53), min_size=2, max_size=2))
def test_quantiles_ascend_and_are_finite_and_not_negative(name: str, shares: list[float]) -> None:
    made = distribution(STATED[name][0])
    low, high = (made.quantile(share) for share in sorted(shares))
    assert 0 <= low <= high < math.inf


def test_a_gamma_distribution_of_shape_two_is_what_its_formula_says() -> None:
    made = Gamma.of_mean(mean=2, cv=math.sqrt(0.5))
    for share in (1e-6, *SHARES, 1 - 1e-6):
        x = made.quantile(share)
        assert -math.expm1(-x + math.log1p(x)) == pytest.approx(share, rel=0.005)


@pytest.mark.parametrize("cv", [0.01, 0.1, 0.5, 1, 3, 10])
def test_a_gamma_distribution_has_its_mean_and_variation(cv: float) -> None:
    made = Gamma.of_mean(mean=7, cv=cv)
    # Evenly spaced shares, closer together at the upper end, where a wide one has its mass.
    edges = [1 - 10 ** (-8 * place / 100_000) for place in range(100_001)]
    parts = [(high - low, made.quantile((low + high) / 2)) for low, high in pairwise(edges) if high > low]
    mean = sum(weight * x for weight, x in parts)
    assert mean == pytest.approx(7, rel=0.01)
    deviation = math.sqrt(sum(weight * (x - mean) ** 2 for weight, x in parts))
    assert deviation / mean == pytest.approx(cv, rel=0.02)


@pytest.mark.parametrize("sigma", [0.0, 0.5, 1.0])
def test_the_mean_of_a_lognormal_stays_where_it_is_whatever_its_spread(sigma: float) -> None:
    made = Lognormal.of_mean(120, sigma)
    shares = [(place + 0.5) / DRAWS for place in range(DRAWS)]
    assert statistics.fmean(map(made.quantile, shares)) == pytest.approx(120, rel=0.005)


def test_below_its_first_share_a_quantile_function_stands_still_and_above_the_last_it_goes_on_exponentially() -> None:
    made = Quantiles((1.0, 2.0, 3.0), (0.1, 0.5, 0.9))
    assert made.quantile(0.001) == 1.0
    assert made.quantile(0.3) == pytest.approx(1.5)
    assert made.quantile(0.9) == pytest.approx(3.0)
    # From 0.5 to 0.9 the share above falls to a fifth and the value grows by 1: so it does for every fifth.
    assert made.quantile(1 - 0.1 / 5) == pytest.approx(4.0)
    assert made.quantile(1 - 0.1 / 25) == pytest.approx(5.0)


def test_what_never_happens_takes_a_number_too() -> None:
    numbers, passed = Draws(1, b"", None, ""), Draws(1, b"", None, "")
    assert not happens(0.0, numbers)
    passed.skip()
    assert numbers.random() == passed.random()
    assert happens(1.0, numbers)


def test_a_table_without_dist_is_a_lognormal_one() -> None:
    assert distribution({"median": 5, "sigma": 0.3}) == Lognormal(5, 0.3)


@pytest.mark.parametrize(
    ("table", "key", "why"),
    [
        ({"dist": "weibull", "scale": 1}, "value", "dist is constant, uniform, normal"),
        (3, "value", "should be a table such as"),
        ({"dist": "gamma", "mean": 1}, "value.cv", "is missing"),
        ({"dist": "gamma", "mean": 1, "vc": 1}, "value.vc", "unknown key"),
        ({"dist": "uniform", "min": 2, "max": 1}, "value", "min must not be more than max"),
        ({"dist": "normal", "mean": 2, "sd": 0}, "value.sd", "greater than 0"),
        ({"dist": "normal", "mean": 2, "sd": 1, "min": 3, "max": 3}, "value", "min must be less than max"),
        ({"dist": "normal", "mean": 2, "sd": 0.1, "min": 3}, "value", "leave nothing"),
        ({"dist": "normal", "mean": 20, "sd": 1, "max": 3}, "value", "leave nothing"),
        ({"dist": "lognormal", "sigma": 1}, "value", "exactly one of 'median' and 'mean'"),
        ({"median": 1, "mean": 1}, "value", "exactly one of 'median' and 'mean'"),
        ({"dist": "pareto", "min": 0, "alpha": 1}, "value.min", "greater than 0"),
        ({"dist": "lomax", "scale": 1, "alpha": 0.01}, "value.alpha", "greater than or equal to 0.1"),
        ({"dist": "quantiles", "values": [1, 2, 3]}, "value", "3 values need 'at'"),
        ({"dist": "quantiles", "values": [1, 2], "at": [0.1]}, "value.at", "at least 2"),
        ({"dist": "quantiles", "values": [1, 2], "at": [0.1, 0.2, 0.3]}, "value", "2 values need as many shares"),
        ({"dist": "quantiles", "values": [2, 1], "at": [0.1, 0.2]}, "value", "values must ascend"),
        ({"dist": "quantiles", "values": [1, 2], "at": [0.2, 0.2]}, "value", "shares in 'at' must ascend"),
        ({"dist": "constant", "value": -1}, "value.value", "greater than or equal to 0"),
    ],
)
def test_a_bad_distribution_is_one_line_with_its_key(table: Any, key: str, why: str) -> None:
    with pytest.raises(ProfileError) as caught:
        validated(Holder, "mine.toml", {"value": table})
    assert caught.value.key == key
    assert why in caught.value.why
    assert "\n" not in str(caught.value)
