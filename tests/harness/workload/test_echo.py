from hypothesis import given
from hypothesis import strategies as st

from harness.workload import Expect
from harness.workload.echo import Echo

MINE = Echo(seed=1, session=7, turn=1)
THEIRS = Echo(seed=1, session=8, turn=0)


def test_an_answer_that_holds_the_code_is_this_user_s() -> None:
    assert MINE.problem(f"Sure: {MINE.code}. Now then.") is None
    assert MINE.problem(f"**{MINE.code.upper()}**") is None


def test_an_answer_that_holds_no_code_is_not_shown_to_be() -> None:
    assert MINE.problem("Now then.") == f"the answer does not hold {MINE.code}"
    assert MINE.problem(f"{MINE.code}0") is not None


def test_another_session_s_code_is_cross_talk_even_beside_the_own_one() -> None:
    told = "cross-talk: the answer holds the code of session 8, turn 0"
    assert MINE.problem(f"It is {THEIRS.code}.") == told
    assert MINE.problem(f"{MINE.code} {THEIRS.code}") == told


def test_an_earlier_code_of_the_same_conversation_is_none() -> None:
    before = Echo(seed=1, session=7, turn=0)
    assert MINE.problem(f"{before.code}, {MINE.code}") is None


def test_what_only_looks_like_a_code_is_nobody_s() -> None:
    stranger = Echo(seed=2, session=8, turn=0)
    assert MINE.problem(f"{MINE.code} {stranger.code} echo-8-0-00000000") is None


def test_cross_talk_is_told_before_anything_else() -> None:
    expect = Expect(any_of=("tent",)).echoing(MINE)
    assert expect.problems(f"About boats: {THEIRS.code}")[0].startswith("echo_nonce: cross-talk")


@given(st.integers(0), st.integers(0, 10**11), st.integers(0, 10**5))
def test_every_question_has_a_code_of_its_own_that_it_asks_for(seed: int, session: int, turn: int) -> None:
    echo = Echo(seed, session, turn)
    assert echo.code in echo.request
    assert echo.problem(echo.request) is None
    assert Echo(seed, session + 1, turn).problem(echo.request) is not None
    assert Echo(seed, session, turn + 1).code != Echo(seed + 1, session, turn + 1).code
