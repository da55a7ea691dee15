from hypothesis import given
from hypothesis import strategies as st

from harness.workload.shares import draw_class, draw_original

SHARES = (3.0, 1.0, 0.2)


@given(st.integers(), st.integers(0, 5000), st.floats(0, 1))
def test_the_original_of_a_session_is_itself_or_an_earlier_one_of_its_class_that_repeats_nobody(
    seed: int, index: int, repeat: float
) -> None:
    original = draw_original(SHARES, repeat, seed=seed, index=index)
    assert 0 <= original <= index
    assert draw_class(SHARES, seed=seed, index=original) == draw_class(SHARES, seed=seed, index=index)
    assert draw_original(SHARES, repeat, seed=seed, index=original) == original


def test_nobody_repeats_where_nobody_shall() -> None:
    assert all(draw_original(SHARES, 0, seed=1, index=index) == index for index in range(200))
