"""Loads that follow a plan or a trace, whatever the server does: what is due, when it is sent, what is said of it."""

import json
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from harness.load.arrivals import arrivals_of
from harness.load.grammar import plan_of
from harness.load.trace import rows_of
from harness.run.folder import RunFolder
from profiles.files import locate, read_text
from profiles.record import Record
from tests.e2e.locusts import locust, said
from tests.e2e.results import assert_summary_is_the_fold_of_the_records, records_of, summary_of

Mock: TypeAlias = Callable[..., Any]
Command: TypeAlias = Callable[..., Any]

QUICK = ("--latency", "constant", "--ttft-ms", "30", "--itl-ms", "1", "--reply-tokens", "fill", "--seed", "71")
SLOW = ("--latency", "constant", "--ttft-ms", "1500", "--itl-ms", "1", "--reply-tokens", "fill", "--seed", "72")
RATE = "0-2s: 4->12, 2-4s: 12"


def by_session(records: list[Record]) -> list[Record]:
    return sorted(records, key=lambda record: int(record.session or -1))


def zero_of(records: list[Record], times: list[float]) -> float:
    """Time zero of a process, from its first record."""
    first = by_session(records)[0]
    return first.intended_at - times[int(first.session or 0)]


def assert_intended(records: list[Record], times: list[float], start_apart_s: float) -> None:
    """Every worker's intended times are those of the sequence; time zero is the same for all of them."""
    workers = {record.worker for record in records}
    zeros = {worker: zero_of([r for r in records if r.worker == worker], times) for worker in workers}
    for record in records:
        assert record.intended_at - zeros[record.worker] == pytest.approx(times[int(record.session or 0)], abs=1e-3)
    assert max(zeros.values()) - min(zeros.values()) <= start_apart_s


@pytest.mark.parametrize("processes", [1, 2])
def test_sessions_begin_when_the_plan_and_the_seed_say_from_however_many_processes(
    mock: Mock, command: Command, tmp_path: Path, processes: int
) -> None:
    server, run = mock(*QUICK), tmp_path / "run"
    flags = ("--rate", RATE, "--seed", 3)
    done = command("harness", "run", "streaming", "-H", server.url, *flags, "--processes", processes, "--out", "run")
    assert done.code == 0, done.out + done.err
    times = list(arrivals_of("poisson").times(plan_of(RATE), 3))
    seen = by_session(records_of(run))
    assert [record.session for record in seen] == [str(index) for index in range(len(times))]
    assert_intended(seen, times, start_apart_s=1.0)
    assert [record.stage for record in seen] == [plan_of(RATE).stage_at(at_s) for at_s in times]
    assert all(record.sent_at and record.sent_at >= record.intended_at for record in seen)
    assert {entry["client_id"] for entry in server.journal()} == {record.id for record in seen}
    summary = summary_of(run)
    assert [stage["name"] for stage in summary["stages"]] == ["0-2s: 4->12", "2-4s: 12"]
    assert summary["lateness_ms"]["n"] == len(times)
    assert summary["run"]["open_loop"]["due"] == len(times)
    assert summary["run"]["settings"]["rate"] == RATE
    assert summary["valid"]
    assert_summary_is_the_fold_of_the_records(run)
    assert "12/s ┤" in done.out
    assert "40 arrivals expected in 4s, poisson" in done.out
    assert "up to 360 users at once (a guess: 12 arrivals/s for 30 s; --users N says otherwise)" in done.out


def test_too_few_users_are_said_with_the_number_that_would_do_and_nothing_is_dropped(
    mock: Mock, command: Command, tmp_path: Path
) -> None:
    server, run = mock(*SLOW), tmp_path / "run"
    flags = ("--rate", "4", "--arrivals", "constant", "-u", 2, "-t", "5s", "--stop-timeout", "20s")
    done = command("harness", "run", "streaming", "-H", server.url, *flags, "--out", "run")
    assert done.code == 3, done.out + done.err
    seen, summary = by_session(records_of(run)), summary_of(run)
    assert [record.session for record in seen] == [str(index) for index in range(20)], "each arrival has a record"
    outcomes = Counter((record.outcome, record.detail) for record in seen if record.outcome == "not_sent")
    ((unsent, count),) = outcomes.items()
    assert unsent == ("not_sent", "no_free_user")
    assert all(record.sent_at is None for record in seen if record.outcome == "not_sent")
    fed = summary["run"]["open_loop"]
    assert (fed["users"], fed["due"], fed["unsent"]) == (2, 20, count)
    assert fed["waited"] >= count
    assert fed["needed"] >= 6, "4 a second for at least 1.5 s"
    (why,) = summary["why_not"]
    assert why.startswith("too few users for an open load: ")
    assert why.endswith(f"of them never sent; about {fed['needed']} would do (--users {fed['needed']})")
    assert f"not a valid run: {why}" in " ".join(done.out.split())
    late = [record for record in seen if record.sent_at is not None and record.sent_at - record.intended_at > 0.5]
    assert late, "what waited for a user is late, not dropped"
    assert summary["ttft_ms"]["max"] > 2000, "latency counts from when it was due"


def test_users_follow_a_plan_and_records_say_in_which_stage(mock: Mock, command: Command, tmp_path: Path) -> None:
    server, run = mock(*QUICK), tmp_path / "run"
    plan = "0-2s: 1, 2-4s: 6, 4-6s: 2"
    flags = ("-u", plan, "--think-time", 0, "--processes", 2)
    done = command("harness", "run", "streaming", "-H", server.url, *flags, "--out", "run")
    assert done.code == 0, done.out + done.err
    assert "6 users ┤" in done.out
    seen = records_of(run)
    by_stage = {stage: [r for r in seen if r.stage == stage] for stage in ("0-2s: 1", "2-4s: 6", "4-6s: 2")}
    assert sum(map(len, by_stage.values())) == len(seen)
    assert {stage: at_once(records) for stage, records in by_stage.items()} == {
        "0-2s: 1": 1,
        "2-4s: 6": 6,
        "4-6s: 2": 2,
    }
    begins = sorted((min(record.intended_at for record in records), stage) for stage, records in by_stage.items())
    assert [stage for _, stage in begins] == list(by_stage)
    assert all(later - sooner == pytest.approx(2, abs=1.0) for (sooner, _), (later, _) in pairwise(begins))
    assert summary_of(run)["run"]["settings"]["users_plan"] == plan
    assert summary_of(run)["valid"]


def at_once(records: list[Record]) -> int:
    """How many of them were in flight at most, as of those that began in a stage."""
    changes = [(record.intended_at, 1) for record in records]
    changes += [(record.sent_at + (record.done_ms or 0) / 1000, -1) for record in records if record.sent_at]
    most = count = 0
    for _, change in sorted(changes):
        count += change
        most = max(most, count)
    return most


@pytest.mark.parametrize("processes", [1, 2])
def test_a_trace_is_replayed_with_its_times_and_sizes(
    mock: Mock, command: Command, tmp_path: Path, processes: int
) -> None:
    server, run = mock(*QUICK), tmp_path / "run"
    flags = ("--trace", "two-minutes", "--trace-speed", 10, "--processes", processes)
    done = command("harness", "run", "conversation", "-H", server.url, *flags, "--out", "run")
    # A machine that has other things to do sends some of 30 a second late, and the run says that it proves nothing.
    assert done.code == 0 or "the client was the bottleneck" in done.out, done.out + done.err
    rows = rows_of(read_text(locate("traces", "two-minutes")).splitlines())
    seen = by_session(records_of(run))
    assert [record.session for record in seen] == [str(index) for index in range(len(rows))]
    assert_intended(seen, [row.at_s / 10 for row in rows], start_apart_s=1.0)
    assert {record.outcome for record in seen} == {"complete"}
    sizes = [(record.tokens.prompt, record.tokens.completion) for record in seen if record.tokens]
    assert sizes == [(row.prompt_tokens, row.completion_tokens) for row in rows]
    assert f"{len(rows)} arrivals in {rows[-1].at_s / 10:.1f}s" in done.out
    assert {record.turn for record in seen} == {0}


def test_a_run_is_replayed_from_its_records_at_a_share_of_its_rate(
    mock: Mock, command: Command, tmp_path: Path
) -> None:
    server = mock(*QUICK)
    first = ("--rate", "20", "--arrivals", "gamma:burstiness=0.5", "-t", "3s", "--out", "first")
    assert command("harness", "run", "streaming", "-H", server.url, *first).code == 0
    again = ("--trace", "first/records.jsonl", "--trace-rate", "0.5", "--out", "again")
    assert command("harness", "run", "streaming", "-H", server.url, *again).code == 0
    before, after = (by_session(list(RunFolder(tmp_path / name).records())) for name in ("first", "again"))
    assert 0.2 * len(before) < len(after) < 0.8 * len(before)
    gaps = {round(later.intended_at - before[0].intended_at, 3) for later in before}
    shift = after[0].intended_at
    assert any({round(record.intended_at - shift + gap, 3) for record in after} <= gaps for gap in gaps), (
        "its times are some of those"
    )


def test_an_open_load_makes_no_more_calls_than_it_is_allowed(mock: Mock, command: Command, tmp_path: Path) -> None:
    server = mock(*QUICK)
    flags = ("--rate", "50", "-n", 12, "--processes", 2, "--out", "run")
    done = command("harness", "run", "streaming", "-H", server.url, *flags)
    assert done.code == 0, done.out + done.err
    assert len(records_of(tmp_path / "run")) == 12
    assert len(server.journal()) == 12


@pytest.mark.parametrize("more", [(), ("--processes", 2)])
def test_plain_locust_follows_a_rate_too(mock: Mock, tmp_path: Path, more: tuple[Any, ...]) -> None:
    server = mock(*QUICK)
    flags = ("--headless", "-H", server.url, "--workload", "streaming", "--rate", "10", "-t", "3s", "--seed", 5)
    with locust(tmp_path / "here", *flags, "--stop-timeout", "10", *more) as process:
        process.wait(60)
    log = said(tmp_path / "here")
    assert process.returncode == 0, log
    (run,) = (tmp_path / "here" / "runs").iterdir()
    seen = by_session(records_of(run))
    times = list(arrivals_of("poisson").times(plan_of("10").until(3.0), 5))
    assert [record.session for record in seen] == [str(index) for index in range(len(times))]
    assert_intended(seen, times, start_apart_s=1.0)
    told = json.loads((run / "run.json").read_bytes())
    assert told["open_loop"]["due"] == len(times)
    assert (told["settings"]["run_time_s"], told["settings"]["users"]) == (3.0, 300)
