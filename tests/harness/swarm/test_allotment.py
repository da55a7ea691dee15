"""How many calls a run may make."""

from hypothesis import given
from hypothesis import strategies as st

from harness.swarm.allotment import Allotment


def test_without_a_total_there_is_always_one_more() -> None:
    spent: list[int] = []
    calls = Allotment(None, lambda: spent.append(1))
    for _ in range(100):
        assert calls.take()
        calls.ended()
    assert spent == []


@given(total=st.integers(1, 30), order=st.lists(st.booleans(), max_size=200))
def test_exactly_the_total_is_made_and_the_end_comes_once_when_the_last_has_ended(
    total: int, order: list[bool]
) -> None:
    spent: list[int] = []
    calls = Allotment(total, lambda: spent.append(1))
    taken = ended = 0
    for take in [*order, *[True] * total, *[False] * total]:
        if take:
            taken += calls.take()
        elif ended < taken:
            calls.ended()
            ended += 1
        assert spent == ([1] if ended == total else [])
    assert taken == ended == total
    assert not calls.take()


def test_a_share_of_no_calls_is_spent_from_the_beginning() -> None:
    calls = Allotment(0, lambda: None)
    assert calls.spent
    assert not calls.take()
    assert not Allotment(1, lambda: None).spent
    assert not Allotment(None, lambda: None).spent
