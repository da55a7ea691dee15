"""What is in the air in a process."""

import pytest

from harness.swarm.flight import Flight


def failing(flight: Flight) -> None:
    with flight.call(begins_session=False):
        assert flight.in_flight == 2
        raise RuntimeError


def test_a_call_is_in_flight_until_it_ends_however_it_ends() -> None:
    flight = Flight()
    with flight.call(begins_session=True):
        assert flight.in_flight == 1
        with pytest.raises(RuntimeError):
            failing(flight)
        assert flight.in_flight == 1
    assert (flight.in_flight, flight.begun) == (0, 1)


def test_a_call_that_waits_for_its_next_attempt_is_not_in_flight() -> None:
    flight, seen = Flight(), []

    def wait(wait_s: float) -> bool:
        seen.append((wait_s, flight.in_flight))
        return True

    with flight.call(begins_session=True):
        assert flight.waiting(wait)(0.5)
        assert flight.in_flight == 1
    assert seen == [(0.5, 0)]
