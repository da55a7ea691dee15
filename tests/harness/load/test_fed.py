"""What became of the arrivals of an open load."""

import pytest

from harness.load.fed import Fed, shortage, together


def fed(waited: int = 0, *, due: int = 1000, unsent: int = 0, needed: int = 8, longest_wait_s: float = 0.0) -> Fed:
    return Fed(users=10, due=due, waited=waited, longest_wait_s=longest_wait_s, unsent=unsent, needed=needed)


@pytest.mark.parametrize(("waited", "valid"), [(0, True), (10, True), (11, False), (1000, False)])
def test_one_in_a_hundred_may_wait_for_a_user(waited: int, valid: bool) -> None:
    assert (shortage(fed(waited)) == []) == valid


def test_what_it_proves_is_a_line_with_the_number_that_would_do() -> None:
    assert fed(137, unsent=31, needed=64, longest_wait_s=11.42).why_not == (
        "too few users for an open load: 137 of 1,000 arrivals found all 10 busy and waited up to 11.4 s, 31 of them "
        "never sent; about 64 would do (--users 64)"
    )
    assert "never sent" not in (fed(137).why_not or "")
    assert shortage(None) == []


def test_the_parts_of_all_processes_come_together() -> None:
    whole = together([fed(5, unsent=1, needed=30, longest_wait_s=1.0), fed(7, needed=41, longest_wait_s=2.5)])
    assert whole == Fed(users=20, due=2000, waited=12, longest_wait_s=2.5, unsent=1, needed=82)
    assert together([]) is None


@pytest.mark.parametrize(
    ("waited", "needed", "told"), [(0, 7, 14), (1, 3, 21), (1, 10, 21), (1, 61, 130), (1, 612, 1300)]
)
def test_the_number_that_would_do_is_round_and_more_than_there_were(waited: int, needed: int, told: int) -> None:
    whole = together([fed(waited, needed=needed), fed(0, needed=1)])
    assert whole is not None
    assert whole.needed == told


@pytest.mark.parametrize(("due", "late", "valid"), [(200, 10, True), (200, 11, False), (199, 199, True)])
def test_what_is_sent_late_though_users_are_free_is_held_against_the_client(due: int, late: int, valid: bool) -> None:
    part = Fed(users=5, due=due, waited=0, longest_wait_s=0, unsent=0, needed=3, late=late, latest_s=1.25)
    assert (part.why_late is None) == valid
    assert valid or shortage(part) == [
        "the client was the bottleneck: 11 of 200 arrivals were sent more than 50 ms late, up to 1.2 s, though users "
        "were free; more processes (--processes), or a machine of its own, would do"
    ]
    whole = together([part, part])
    assert whole is not None
    assert (whole.late, whole.latest_s) == (2 * late, 1.25)
