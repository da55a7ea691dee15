"""Where buckets stand, told from the limiter's last answer."""

import pytest

from mockserver.limits.bucket import DimensionState
from mockserver.truth.levels import Levels


@pytest.mark.parametrize(("later_s", "left"), [(0, 40), (15, 70), (30, 100), (300, 100), (-5, 40)])
def test_a_bucket_refills_evenly(later_s: float, left: int) -> None:
    levels = Levels()
    levels.note("org/gpt-4o", 1_000.0, [("requests", DimensionState(100, 40, 30.0))])
    (level,) = levels.at(1_000.0 + later_s)
    assert (level.pool, level.unit, level.limit, level.remaining) == ("org/gpt-4o", "requests", 100, left)


def test_the_pool_asked_of_last_comes_first_and_the_oldest_is_forgotten() -> None:
    levels = Levels()
    for number in range(1_200):
        levels.note(f"p{number}", 0.0, [("tokens", DimensionState(10, 10, 0.0))])
    levels.note("p1000", 0.0, [("tokens", DimensionState(10, 10, 0.0))])
    pools = [level.pool for level in levels.at(1.0)]
    assert (len(pools), pools[0], pools[-1]) == (1_000, "p1000", "p200")
    levels.clear()
    assert list(levels.at(1.0)) == []
