"""What is in the air in a process."""

from harness.swarm.flight import Flight


def test_calls_are_in_flight_until_they_end_and_sessions_stay_counted() -> None:
    flight = Flight()
    flight.begins(begins_session=True)
    flight.begins(begins_session=False)
    assert flight.in_flight == 2
    flight.ends()
    assert flight.in_flight == 1
    flight.ends()
    assert (flight.in_flight, flight.begun) == (0, 1)


def test_a_call_that_waits_for_its_next_attempt_is_not_in_flight() -> None:
    flight, seen = Flight(), []

    def wait(wait_s: float) -> bool:
        seen.append((wait_s, flight.in_flight))
        return True

    flight.begins(begins_session=True)
    assert flight.waiting(wait)(0.5)
    assert flight.in_flight == 1
    assert seen == [(0.5, 0)]
