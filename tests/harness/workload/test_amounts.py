from random import Random
from statistics import fmean, median, pstdev
from typing import Any

import pytest

from harness.workload.amounts import draw_amount, most_of
from profiles.schema.amounts import AmountTable


def drawn(table: dict[str, Any], times: int = 4000) -> list[int]:
    amount, rng = AmountTable.model_validate(table), Random(5)
    return [draw_amount(amount, rng) for _ in range(times)]


def test_a_number_is_that_number() -> None:
    assert draw_amount(7, Random(1)) == 7
    assert set(drawn({"fixed": 9})) == {9}


def test_uniform_has_both_ends() -> None:
    assert set(drawn({"uniform": {"min": 3, "max": 6}})) == {3, 4, 5, 6}


def test_normal_has_its_mean_and_spread_and_keeps_to_its_bounds() -> None:
    free = drawn({"normal": {"mean": 500, "sd": 50}})
    assert fmean(free) == pytest.approx(500, abs=4)
    assert pstdev(free) == pytest.approx(50, abs=3)
    bound = drawn({"normal": {"mean": 500, "sd": 50, "min": 480, "max": 510}})
    assert (min(bound), max(bound)) == (480, 510)
    assert min(drawn({"normal": {"mean": 1, "sd": 50}})) == 1


def test_lognormal_has_its_median_or_its_mean() -> None:
    assert median(drawn({"lognormal": {"median": 400, "sigma": 0.7}})) == pytest.approx(400, rel=0.04)
    assert fmean(drawn({"lognormal": {"mean": 400, "sigma": 0.7}}, 20_000)) == pytest.approx(400, rel=0.03)
    assert max(drawn({"lognormal": {"median": 400, "sigma": 2, "max": 900}})) == 900
    assert min(drawn({"lognormal": {"median": 1, "sigma": 2}})) == 1


def test_empirical_values_come_as_often_as_their_weights_say() -> None:
    weighed = drawn({"empirical": {"values": [10, 99], "weights": [3, 1]}})
    assert weighed.count(10) / len(weighed) == pytest.approx(0.75, abs=0.03)
    plain = drawn({"empirical": [10, 99, 99]})
    assert plain.count(99) / len(plain) == pytest.approx(2 / 3, abs=0.03)


@pytest.mark.parametrize(
    ("table", "most"),
    [
        ({"fixed": 9}, 9),
        ({"uniform": {"min": 3, "max": 6}}, 6),
        ({"normal": {"mean": 5, "sd": 1}}, None),
        ({"normal": {"mean": 5, "sd": 1, "max": 9}}, 9),
        ({"lognormal": {"median": 5, "sigma": 1}}, None),
        ({"lognormal": {"median": 5, "sigma": 1, "max": 70}}, 70),
        ({"empirical": [3, 8, 5]}, 8),
        ({"empirical": {"values": [3, 8, 5]}}, 8),
    ],
)
def test_the_most_that_can_be_drawn_is_known_where_there_is_a_bound(table: dict[str, Any], most: int | None) -> None:
    assert most_of(AmountTable.model_validate(table)) == most
