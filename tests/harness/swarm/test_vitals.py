"""What a master knows of the run that goes on."""

from harness.measure.pulse import Pulse
from harness.swarm.flight import Flight
from harness.swarm.vitals import REPORT, Vitals, told
from profiles.record import Record

RECORD = Record(id="c.1", attempt=1, class_="a", model="m", stream=True, intended_at=1.0, outcome="complete")


def reporting(records: int) -> dict[str, object]:
    """What a worker reports that has made so many attempts and has one in the air."""
    pulse, flight = Pulse(), Flight()
    for _ in range(records):
        pulse.add(RECORD)
    flight.begins(begins_session=True)
    return {REPORT: told(pulse, flight)}


def test_attempts_add_up_and_what_is_in_the_air_is_what_each_said_last() -> None:
    vitals = Vitals()
    for client_id, records in (("w0", 2), ("w1", 3), ("w0", 5)):
        vitals.hear(client_id, reporting(records))
    assert vitals.pulse.whole.outcomes["complete"] == 10
    assert (vitals.in_flight, vitals.begun) == (2, 2)


def test_a_worker_without_a_run_says_nothing() -> None:
    vitals = Vitals()
    vitals.hear("w0", {"user_count": 3})
    assert (vitals.in_flight, vitals.pulse.classes) == (0, {})


def test_a_run_begins_with_nothing() -> None:
    vitals = Vitals()
    vitals.hear("w0", reporting(1))
    vitals.clear()
    assert (vitals.in_flight, vitals.pulse.classes) == (0, {})
