from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.usage import A_DAY, IN_MEMORY, NOTHING, Found, PrefixCache
from mockserver.usage.prefix_cache import LEAST_TOKENS, STEP_TOKENS


def prompt(*parts: tuple[int, int]) -> bytes:
    """A prompt of `count` tokens of each number."""
    return b"".join(array("I", [token] * count).tobytes() for token, count in parts)


@pytest.mark.parametrize(
    ("tokens", "cached"), [(1_023, 0), (1_024, 1_024), (1_144, 1_024), (1_300, 1_280), (2_100, 2_048), (2_927, 2_816)]
)
def test_a_prompt_asked_again_is_cached_in_steps(tokens: int, cached: int) -> None:
    cache = PrefixCache()
    assert cache.use(b"k", prompt((1, tokens)), 0.0) == NOTHING
    assert cache.use(b"k", prompt((1, tokens)), 1.0) == Found(cached)


def test_only_the_common_beginning_counts() -> None:
    cache = PrefixCache()
    cache.use(b"k", prompt((1, 1_400), (2, 600)), 0.0)
    assert cache.use(b"k", prompt((1, 1_400), (3, 600)), 1.0) == Found(1_280)
    assert cache.use(b"k", prompt((3, 1), (1, 1_400)), 1.0) == NOTHING


def test_what_the_key_tells_apart_is_not_shared() -> None:
    cache = PrefixCache()
    cache.use(b"k", prompt((1, 2_000)), 0.0)
    assert cache.use(b"other", prompt((1, 2_000)), 1.0) == NOTHING


def test_an_entry_lives_while_it_is_used_and_an_hour_at_most() -> None:
    cache = PrefixCache()
    asked = prompt((1, 1_024))
    for minute in range(0, 61, 5):
        found = cache.use(b"k", asked, minute * 60.0)
        assert (found == NOTHING) == (minute == 0)
    assert cache.use(b"k", asked, 3_601.0) == NOTHING
    assert cache.use(b"k", asked, 3_602.0) == Found(1_024)
    assert cache.use(b"k", asked, 3_602.0 + IN_MEMORY.idle_s + 1) == NOTHING


def test_a_day_can_be_asked_for() -> None:
    cache = PrefixCache()
    asked = prompt((1, 1_024))
    cache.use(b"k", asked, 0.0, A_DAY)
    assert cache.use(b"k", asked, 80_000.0, A_DAY) == Found(1_024)


def test_models_that_count_exactly_leave_out_the_end_and_report_what_they_write() -> None:
    cache = PrefixCache()
    asked = prompt((1, 1_220))
    assert cache.use(b"k", asked, 0.0, exactly=True) == Found(0, 1_212)
    assert cache.use(b"k", asked, 1.0, exactly=True) == Found(1_212, 0)


def test_it_does_not_grow_without_bound() -> None:
    cache = PrefixCache(most_entries=100)
    for number in range(50):
        cache.use(b"k", prompt((number, 1_280)), 0.0)
    assert len(cache) == 100
    assert cache.use(b"k", prompt((49, 1_280)), 1.0) == Found(1_280)
    assert cache.use(b"k", prompt((0, 1_280)), 1.0) == NOTHING


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 1_200), st.integers(0, 2)), max_size=12))
def test_it_agrees_with_comparing_every_prompt_to_every_earlier_one(asked: list[tuple[int, int, int]]) -> None:
    cache, seen = PrefixCache(), list[bytes]()
    for head, count, tail in asked:
        tokens = prompt((head, count), (tail, 1_500))
        whole = len(tokens) // 4 // STEP_TOKENS
        common = max((_common_steps(tokens, other, whole) for other in seen), default=0) * STEP_TOKENS
        expected = Found(common) if common >= LEAST_TOKENS else NOTHING
        assert cache.use(b"k", tokens, 0.0) == expected
        seen.append(tokens)


def _common_steps(one: bytes, other: bytes, most: int) -> int:
    width = STEP_TOKENS * 4
    steps = min(most, len(other) // width)
    return next((step for step in range(steps) if one[: (step + 1) * width] != other[: (step + 1) * width]), steps)
