"""What is held against a run because of its processes: tables."""

import pytest

from harness.run.course import Seen
from harness.run.losses import losses
from harness.run.said import Event, Gone, Joined, Undelivered, Unwritable
from harness.run.supervise import Ending

COUNTS = {None: 12, "0": 1, "2": 1037}


def lost(*children: Seen, events: tuple[Event, ...] = (), interrupted: bool = False) -> list[str]:
    return losses(Ending(interrupted=interrupted, children=children, events=list(events)), COUNTS)


@pytest.mark.parametrize(
    ("child", "why"),
    [
        (Seen("load", 5, 0), None),
        (Seen("load", 5, 7), "the load process ended with exit code 7 (see locust.log)"),
        (
            Seen("load", 5, -9),
            "the load process was killed by SIGKILL after 12 records; what it had in flight is not in them",
        ),
        (
            Seen("worker", 4711, -9, worker=2),
            "worker 2 (process 4711) was killed by SIGKILL after 1,037 records; what it had in flight is not in them",
        ),
        (
            Seen("worker", 4711, -15, worker=0),
            "worker 0 (process 4711) was killed by SIGTERM after 1 record; what it had in flight is not in them",
        ),
        (Seen("worker", 4711, -9), "a worker (process 4711) was killed by SIGKILL before it took part"),
        (Seen("worker", 4711, 2), "a worker (process 4711) ended with exit code 2 (see locust.log)"),
        (Seen("master", 4711, -9), "the master process was killed by SIGKILL: nobody led the workers any more"),
        (Seen("worker", 4711, -9, worker=2, killed=True), None),
    ],
)
def test_a_child_that_did_not_end_by_itself_is_named(child: Seen, why: str | None) -> None:
    assert lost(child) == ([] if why is None else [why])


def test_exit_codes_that_follow_from_an_interrupt_or_a_dead_master_say_nothing_more() -> None:
    failed, killed = Seen("worker", 1, 3, worker=0), Seen("worker", 2, -9, worker=2)
    assert lost(failed, interrupted=True) == []
    assert len(lost(killed, interrupted=True)) == 1
    (why,) = lost(Seen("master", 4, -9), failed)
    assert why.startswith("the master process was killed")


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (Gone(3, "far_ab", "done", 50, 0), None),
        (
            Gone(3, "far_ab", "done", 50, 4),
            "worker 3 (far_ab, region=us) ended, but 4 of its records did not arrive",
        ),
        (
            Gone(3, "far_ab", "lost", 50, None),
            "worker 3 (far_ab, region=us) was lost after 50 records; what it did besides is not known here",
        ),
        (
            Gone(3, "far_ab", "lost", 1, 4),
            "worker 3 (far_ab, region=us) was lost after 1 record; 4 more did not arrive",
        ),
        (
            Gone(3, "far_ab", "lost", 50, 0),
            "worker 3 (far_ab, region=us) was lost after 50 records; what it had in flight is not in them",
        ),
        (
            Undelivered("/s/records-3.jsonl", 9),
            "not all of 9 records reached the master; they are in /s/records-3.jsonl",
        ),
    ],
)
def test_what_the_master_knows_of_workers_elsewhere_is_told(event: Event, why: str | None) -> None:
    joined = Joined(3, "far_ab", {"region": "us"})
    assert lost(Seen("master", 1, 0), events=(joined, event)) == ([] if why is None else [why])


def test_a_worker_of_ours_that_was_killed_is_told_of_once() -> None:
    seen = Seen("worker", 1, -9, worker=2)
    assert len(lost(seen, events=(Gone(2, "here_ab", "lost", 50, None),))) == 1
    assert len(lost(seen, events=(Gone(1, "here_cd", "lost", 50, None),))) == 2


def test_records_that_cannot_be_written_are_the_reason_and_the_exit_code_is_not() -> None:
    event = Unwritable("No space left on device", "/r/records.jsonl")
    assert lost(Seen("load", 1, 3), events=(event,)) == [
        "records could not be written to /r/records.jsonl any more (No space left on device)"
    ]


def test_what_a_second_interrupt_costs_is_told() -> None:
    killed = Seen("worker", 4711, -9, worker=2, killed=True)
    assert lost(killed, Seen("master", 1, -9, killed=True), interrupted=True) == [
        "worker 2 (process 4711) was killed before its users had finished: what they had in flight is not recorded"
    ]


def test_a_worker_that_was_silent_for_a_while_only_is_not_held_against_the_run() -> None:
    lost_for_a_while = (Joined(3, "far_ab"), Gone(3, "far_ab", "lost", 0), Joined(3, "far_ab"))
    assert lost(events=(*lost_for_a_while, Gone(3, "far_ab", "done", 50, 0))) == []
    assert lost(events=lost_for_a_while) == []
    (why,) = lost(events=(*lost_for_a_while, Gone(3, "far_ab", "lost", 20)))
    assert why == "worker 3 (far_ab) was lost after 20 records; what it did besides is not known here"
