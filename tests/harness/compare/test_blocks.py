from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.blocks import FEWEST_BLOCKS, Blocks, Resampling

COUNTS = st.dictionaries(st.integers(0, 6), st.integers(1, 10**12), max_size=4)


@given(st.lists(COUNTS, min_size=20, max_size=40), st.booleans(), st.integers(0, 9))
def test_a_resample_is_the_sum_of_its_blocks(series: list[dict[int, int]], running: bool, seed: int) -> None:
    resampling = Resampling.of(len(series), 1.0, seed, resamples=5)
    blocks = Blocks(series, range(7), resampling.length, running=running)
    begins = tuple(range(len(series)))
    for pick, counts in zip(resampling.picks, blocks.resampled(resampling.picks), strict=True):
        slots = [(start + step) % len(series) for start in pick(begins) for step in range(resampling.length)]
        expected = [sum(series[slot].get(bucket, 0) for slot in slots) for bucket in range(7)]
        assert list(counts) == (list(accumulate(expected)) if running else expected)


@pytest.mark.parametrize(
    ("slots", "width_s", "length", "blocks"),
    [(240, 0.25, 6, 40), (80, 0.25, 4, 20), (240, 16.0, 6, 40), (27, 1.0, 3, 9), (20, 0.25, 4, 5)],
)
def test_a_block_is_at_least_a_second_and_grows_with_the_cube_root(
    slots: int, width_s: float, length: int, blocks: int
) -> None:
    resampling = Resampling.of(slots, width_s, 0, resamples=3)
    assert (resampling.length, resampling.blocks, len(resampling.picks)) == (length, blocks, 3)


def test_too_few_blocks_are_not_resampled() -> None:
    resampling = Resampling.of(16, 0.25, 0)
    assert resampling.blocks == FEWEST_BLOCKS - 1
    assert not resampling.picks
    assert resampling.error([]) is None


def test_a_seed_decides_what_is_drawn() -> None:
    def drawn(seed: int) -> list[tuple[int, ...]]:
        return [pick(range(50)) for pick in Resampling.of(50, 1.0, seed, resamples=4).picks]

    assert drawn(1) == drawn(1) != drawn(2)


def test_an_error_needs_nearly_all_resamples() -> None:
    resampling = Resampling.of(50, 1.0, 0, resamples=100)
    assert resampling.error([1.0, 3.0] * 50) == pytest.approx(1.005, rel=1e-3)
    assert resampling.error([1.0, 3.0] * 48) is not None
    assert resampling.error([*[1.0] * 90, *[float("-inf")] * 10]) is None
