"""What travels of a run while it goes on."""

import msgpack  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from harness.gate.goodput import objectives_of
from harness.measure.goodput import Objectives
from harness.measure.pulse import ClassPulse, Pulse
from profiles.record import OUTCOMES, Itl, Outcome, Record, Tokens

RECORDS = st.builds(
    Record,
    id=st.just("c.1"),
    attempt=st.just(1),
    class_=st.sampled_from(["a", "b"]),
    model=st.sampled_from(["m", "n"]),
    stream=st.just(True),
    intended_at=st.floats(100.0, 200.0),
    sent_at=st.none() | st.floats(100.0, 200.0),
    done_ms=st.none() | st.floats(0.0, 1e5),
    first_token_ms=st.none() | st.floats(0.0, 1e5),
    outcome=st.sampled_from(OUTCOMES),
    tokens=st.none() | st.builds(Tokens, st.integers(0, 99), st.integers(0, 99)),
    itl=st.none() | st.builds(Itl, st.just(3), st.floats(0.0, 9.0), st.just({7: 2, 9: 1})),
    cost_usd=st.none() | st.floats(0.0, 1.0),
)


def travelled(message: object) -> dict[str, object]:
    """A message as Locust sends and reads it."""
    told: dict[str, object] = msgpack.loads(msgpack.dumps(message), raw=False, strict_map_key=False)
    return told


def figures(part: ClassPulse) -> object:
    """What it has counted; sums of floats by their nearest microsecond."""
    times = {name: (each.histogram.buckets, round(each.sum_ms, 3)) for name, each in part.times.items()}
    return +part.outcomes, +part.tokens, part.picodollars, times, part.kept


@given(st.lists(st.tuples(RECORDS, st.integers(0, 2), st.booleans())))
def test_whatever_workers_report_when_comes_to_what_one_process_would_have_counted(
    told: list[tuple[Record, int, bool]],
) -> None:
    objectives = Objectives(objectives_of("a: e2e < 9s"))
    whole, master, workers = Pulse(objectives), Pulse(), [Pulse(objectives) for _ in range(3)]
    for record, worker, reports in told:
        whole.add(record)
        workers[worker].add(record)
        if reports:
            master.merge(travelled(workers[worker].taken()))
    for pulse in workers:
        master.merge(travelled(pulse.taken()))
    assert {name: figures(part) for name, part in master.classes.items()} == {
        name: figures(part) for name, part in whole.classes.items()
    }
    assert (master.length_s, master.limits) == (whole.length_s, whole.limits)


def test_an_answer_that_names_no_limit_leaves_what_is_known_of_it() -> None:
    """In the same process, and in a message of a worker that heard nothing else since its last one."""
    told = {"limit-tokens": "100", "remaining-tokens": "7"}
    full = Record(
        id="c.1", attempt=1, class_="a", model="m", stream=True, intended_at=1.0, outcome="complete", ratelimit=told
    )
    refused = replace(full, outcome="rate_limited", ratelimit={"retry-after": "3"})
    master, worker = Pulse(), Pulse()
    for record in (full, refused):
        worker.add(record)
        master.merge(travelled(worker.taken()))
    assert master.limits == {"m": {**told, "retry-after": "3"}}
    master.add(full)
    assert master.limits["m"].items() >= told.items()


def test_what_was_taken_is_not_told_again() -> None:
    pulse = Pulse()
    pulse.add(Record(id="c.1", attempt=1, class_="a", model="m", stream=True, intended_at=1.0, outcome="complete"))
    assert pulse.taken()["classes"].keys() == {"a"}
    assert pulse.taken() == {"classes": {}, "limits": {}, "first_at": None, "last_at": None}


def test_latency_counts_from_when_a_request_was_due_and_of_complete_ones_only() -> None:
    pulse = Pulse()
    outcomes: tuple[Outcome, ...] = ("complete", "truncated")
    for outcome in outcomes:
        pulse.add(
            Record(
                id="c.1",
                attempt=1,
                class_="a",
                model="m",
                stream=True,
                intended_at=1.0,
                sent_at=3.0,
                first_token_ms=500.0,
                done_ms=1500.0,
                outcome=outcome,
            )
        )
    times = pulse.whole.times
    assert (times["ttft_ms"].histogram.n, times["ttft_ms"].sum_ms, times["e2e_ms"].sum_ms) == (1, 2500.0, 3500.0)
    assert pulse.length_s == 1.5
