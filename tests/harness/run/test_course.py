"""What is to happen next, from what is seen: tables of moments and decisions."""

from dataclasses import replace
from typing import Any

import pytest

from harness.run.course import GO_ON, Decision, Moment, Seen, Step, Terms, decide, has_begun, users_of

TERMS = Terms(run_time_s=60.0, stop_timeout_s=30.0)
MASTER = Seen("master", 10, state="running", users=8)
ONE = Seen("worker", 11, worker=0, state="running", users=5)
TWO = Seen("worker", 12, worker=1, state="running", users=3)
ALONE = Seen("load", 9, state="running", users=4)


def ended(child: Seen, code: int = 0) -> Seen:
    return Seen(child.role, child.pid, code, child.worker, child.state)


def moment(*children: Seen, **more: Any) -> Moment:
    """Ten seconds into the load."""
    values: dict[str, Any] = {"now": 110.0, "launched_at": 95.0, "started_at": 100.0, "children": children}
    return Moment(**values | more)


def draining(why: str) -> Decision:
    return Decision(Step.DRAIN, f"{why}: requests in flight have 30 s to finish")


def aborting(why: str) -> Decision:
    return replace(draining(f"aborting, {why}"), abort=why)


INTERRUPTED = draining("stopping (once more to stop at once)")


@pytest.mark.parametrize(
    ("seen", "decision"),
    [
        (moment(ALONE), GO_ON),
        (moment(MASTER, ONE, TWO), GO_ON),
        (moment(ALONE, interrupts=1), INTERRUPTED),
        (moment(MASTER, ONE, interrupts=1, started_at=None), INTERRUPTED),
        (moment(ALONE, now=159.9), GO_ON),
        (moment(ALONE, now=160.0), draining("time is up")),
        (moment(MASTER, now=170.0, started_at=None, launched_at=160.0), GO_ON),
        (moment(ALONE, unwritable=True), draining("records cannot be written")),
        (moment(ALONE, abort="errors > 20%"), aborting("errors > 20%")),
        (moment(ALONE, abort="errors > 20%", now=160.0), aborting("errors > 20%")),
        (moment(ALONE, abort="errors > 20%", interrupts=1), INTERRUPTED),
        (moment(MASTER, ended(ONE, -9), TWO), GO_ON),
        (moment(MASTER, ended(ONE, -9), ended(TWO, -9)), Decision(Step.DRAIN)),
        (moment(ended(MASTER, -9), ONE, TWO), draining("the master is gone")),
        (moment(ended(MASTER), ONE, TWO), Decision(Step.DRAIN)),
        (moment(MASTER, ended(ONE, 2), TWO, started_at=None), Decision(Step.DRAIN)),
    ],
)
def test_the_load_ends_when_told_when_time_is_up_and_when_nobody_is_left_to_go_on_with(
    seen: Moment, decision: Decision
) -> None:
    assert decide(TERMS, seen) == decision


@pytest.mark.parametrize(
    "seen", [moment(ALONE, interrupts=1), moment(ALONE, now=500.0), moment(ended(MASTER, -9), ONE)]
)
def test_it_is_drained_once(seen: Moment) -> None:
    since = Moment(
        now=seen.now, launched_at=95.0, started_at=100.0, drained_at=seen.now - 1, interrupts=1, children=seen.children
    )
    assert decide(TERMS, since) == GO_ON


def test_a_second_interrupt_ends_every_process_at_once() -> None:
    assert decide(TERMS, moment(MASTER, ONE, interrupts=2)) == Decision(Step.KILL)
    assert decide(TERMS, moment(MASTER, ONE, interrupts=2, drained_at=109.0)) == Decision(Step.KILL)


@pytest.mark.parametrize(
    ("children", "why"),
    [
        ([ALONE], "the load process did not end within 46 s and was killed"),
        ([MASTER, ended(ONE), TWO], "worker 1 (process 12) did not end within 46 s and was killed"),
        (
            [MASTER, ONE, TWO],
            "worker 0 (process 11) and worker 1 (process 12) did not end within 46 s and were killed",
        ),
        ([MASTER, ended(ONE), ended(TWO)], "the master process did not end within 46 s and was killed"),
    ],
)
def test_who_does_not_end_in_time_is_killed_and_named(children: list[Seen], why: str) -> None:
    assert decide(TERMS, moment(*children, drained_at=110.0, now=155.0)) == GO_ON
    assert decide(TERMS, moment(*children, drained_at=110.0, now=155.5)) == Decision(Step.KILL, why_not=why)


def test_records_of_other_machines_have_longer_to_arrive() -> None:
    terms = Terms(stop_timeout_s=30.0, patient=True)
    assert decide(terms, moment(MASTER, drained_at=110.0, now=199.9)) == GO_ON
    assert decide(terms, moment(MASTER, drained_at=110.0, now=200.1)).step is Step.KILL


def test_a_load_that_does_not_begin_is_ended_unless_others_are_waited_for() -> None:
    waiting = Seen("master", 10, state="ready")
    early, late = (moment(waiting, started_at=None, launched_at=0.0, now=now) for now in (60.0, 60.1))
    assert decide(TERMS, early) == GO_ON
    assert decide(TERMS, late) == Decision(Step.KILL, why_not="the load did not start within 60 s (see locust.log)")
    assert decide(Terms(stop_timeout_s=30.0, patient=True), late) == GO_ON


def test_workers_of_other_machines_go_on_without_those_of_this_one() -> None:
    assert decide(Terms(patient=True), moment(MASTER, ended(ONE, -9))) == GO_ON


def test_without_a_stop_timeout_nobody_is_killed_for_taking_long() -> None:
    terms = Terms(patient=True)
    assert decide(terms, moment(ONE, drained_at=110.0, now=10_000.0)) == GO_ON
    assert decide(terms, moment(ONE, interrupts=1)).say == (
        "stopping (once more to stop at once): requests in flight may finish"
    )


@pytest.mark.parametrize(
    ("children", "begun"),
    [
        ([], False),
        ([Seen("load", 1)], False),
        ([Seen("load", 1, state="ready")], False),
        ([ALONE], True),
        ([Seen("master", 1, state="ready"), ONE], False),
        ([MASTER, Seen("worker", 2)], True),
        ([Seen("worker", 1, state="ready"), ONE], True),
    ],
)
def test_the_load_begins_when_the_leading_process_says_so(children: list[Seen], begun: bool) -> None:
    assert has_begun(children) is begun


def test_users_are_those_that_the_master_counts_or_all_together_where_none_leads() -> None:
    assert users_of([MASTER, ONE, TWO]) == 8
    assert users_of([ONE, TWO]) == 8
    assert users_of([ended(MASTER, -9), ONE]) == 5
    assert users_of([]) == 0
