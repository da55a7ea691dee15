"""How many users it would have taken."""

import pytest

from harness.load.need import users_needed


@pytest.mark.parametrize(
    ("stays", "users"),
    [
        ([], 0),
        ([(0, 1)], 1),
        ([(0, 1), (1, 1), (2, 1)], 1),
        ([(0, 5), (1, 1), (1.5, 1), (3, 1)], 3),
        ([(second / 10, 3.0) for second in range(200)], 30),
    ],
)
def test_it_takes_a_user_for_each_session_at_once(stays: list[tuple[float, float]], users: int) -> None:
    assert users_needed(stays) == users
