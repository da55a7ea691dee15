from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.chance import Chance, Draws, Ordinals, canonical, identity

ROUTE = "/v1/chat/completions"
BODY: dict[str, Any] = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], "temperature": 1}


def test_the_order_of_keys_does_not_make_another_question() -> None:
    assert canonical(BODY) == canonical(dict(reversed(BODY.items())))


@pytest.mark.parametrize("field", ["stream", "stream_options", "user", "safety_identifier", "metadata", "store"])
def test_what_does_not_change_the_answer_does_not_make_another_question(field: str) -> None:
    assert canonical(BODY) == canonical({**BODY, field: "anything"})


@pytest.mark.parametrize("change", [{"temperature": 0.5}, {"max_tokens": 5}, {"model": "gpt-5"}])
def test_everything_else_makes_another_question(change: dict[str, Any]) -> None:
    assert canonical({**BODY, **change}) != canonical(BODY)


def test_another_key_or_route_makes_another_question() -> None:
    assert len({identity(key, route, b"x") for key in ("k", "other") for route in (ROUTE, "/v1/other")}) == 4


def test_parts_cannot_be_shifted_from_one_to_the_next() -> None:
    assert identity("ab", "c", b"d") != identity("a", "bc", b"d")


def test_ordinals_count_each_identity_for_itself() -> None:
    ordinals = Ordinals()
    assert [ordinals.next(seen) for seen in (b"a", b"b", b"a", b"a", b"b")] == [0, 0, 1, 2, 1]


def test_the_identity_unseen_for_longest_is_forgotten_first() -> None:
    ordinals = Ordinals(remembered=2)
    assert [ordinals.next(seen) for seen in (b"a", b"b", b"a", b"c")] == [0, 0, 1, 0]
    assert [ordinals.next(seen) for seen in (b"a", b"b")] == [2, 0]


@given(seed=st.integers(), seen=st.binary(min_size=16, max_size=16), ordinal=st.integers(0, 99))
def test_draws_are_a_function_of_seed_identity_ordinal_and_purpose(seed: int, seen: bytes, ordinal: int) -> None:
    drawn = Draws(seed, seen, ordinal, "fault").random()
    assert drawn == Draws(seed, seen, ordinal, "fault").random()
    others = [
        Draws(seed + 1, seen, ordinal, "fault"),
        Draws(seed, seen + b"x", ordinal, "fault"),
        Draws(seed, seen, ordinal + 1, "fault"),
        Draws(seed, seen, None, "fault"),
        Draws(seed, seen, ordinal, "latency"),
    ]
    assert drawn not in [other.random() for other in others]


def test_draws_are_uniform_and_do_not_repeat() -> None:
    draws = Draws(1, b"x", 0, "latency")
    drawn = [draws.random() for _ in range(10_000)]
    assert len(set(drawn)) == len(drawn)
    assert all(0 <= number < 1 for number in drawn)
    for tenth in range(10):
        assert sum(tenth / 10 <= number < (tenth + 1) / 10 for number in drawn) == pytest.approx(1000, abs=120)


@given(st.integers(0, 40))
def test_a_skipped_number_is_the_one_that_would_have_been_drawn(skipped: int) -> None:
    drawing, skipping = Draws(1, b"x", 0, "latency"), Draws(1, b"x", 0, "latency")
    for _ in range(skipped):
        drawing.random()
        skipping.skip()
    assert drawing.random() == skipping.random()


def test_what_comes_of_the_question_is_the_same_for_every_asking() -> None:
    first, second = Chance(1, b"x", 0), Chance(1, b"x", 1)
    assert first.generator("reply").random() == second.generator("reply").random()
    assert first.of_question("length").random() == second.of_question("length").random()
    assert first.of_request("latency").random() != second.of_request("latency").random()


def test_a_generator_is_a_function_of_seed_identity_and_purpose() -> None:
    drawn = {
        Chance(seed, seen, 0).generator(purpose).random()
        for seed in (1, 2)
        for seen in (b"x", b"y")
        for purpose in "ab"
    }
    assert len(drawn) == 8
