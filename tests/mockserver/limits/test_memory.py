from mockserver.limits import MemoryStore, PoolLimits

from .stores import Till, till


def held(many: Till) -> int:
    assert isinstance(many.store, MemoryStore)
    return len(many.store)


def test_pools_that_are_full_again_are_forgotten() -> None:
    with till(MemoryStore) as mine:
        for i in range(500):
            mine.admit(PoolLimits(rpm=60, tpm=1_000), 1_000, float(i), f"key {i}")
        assert held(mine) <= 130


def test_a_pool_that_is_full_again_after_a_day_does_not_keep_those_that_are_after_a_second() -> None:
    with till(MemoryStore) as mine:
        for i in range(50):
            mine.admit(PoolLimits(rpd=1), 1, 0.0, f"slow {i}")
        for i in range(500):
            mine.admit(PoolLimits(rpm=60), 1, float(i), f"quick {i}")
        assert 50 <= held(mine) <= 130


def test_a_pool_in_use_does_not_keep_the_others() -> None:
    with till(MemoryStore) as mine:
        for i in range(500):
            mine.admit(PoolLimits(rpm=60), 1, float(i), "in use")
            mine.admit(PoolLimits(rpm=60), 1, float(i), f"key {i}")
        assert held(mine) <= 130


def test_a_pool_in_use_is_not_forgotten() -> None:
    with till(MemoryStore) as mine:
        mine.admit(PoolLimits(rpm=1), 1, 0.0, "in use")
        for i in range(100):
            mine.admit(PoolLimits(rpm=1), 1, 0.5 * i, f"key {i}")
            assert not mine.admit(PoolLimits(rpm=1), 1, 0.5 * i, "in use").admitted


def test_refused_pools_alone_hold_no_memory() -> None:
    with till(MemoryStore) as mine:
        for i in range(100):
            assert mine.admit(PoolLimits(tpm=10), 11, 0.0, f"key {i}").too_large
        assert held(mine) == 0


def test_what_is_only_limited_in_open_requests_holds_no_buckets() -> None:
    with till(MemoryStore) as mine:
        assert mine.admit(PoolLimits(concurrent=1), 1, 0.0).admitted
        assert held(mine) == 0
