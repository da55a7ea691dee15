"""The summary as a person sees it."""

import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from harness.measure.phases import Phase, PhaseFold
from harness.measure.summary import fold
from harness.report.failures import Failure
from harness.report.numbers import dollars, duration, rate, share
from harness.report.terminal import headline, show
from profiles.record import Outcome, Record, Tokens

RUN = {
    "settings": {
        "workload": "mixed",
        "host": "http://127.0.0.1:8000",
        "users": 5,
        "run_time_s": 30.0,
        "requests": 100,
        "retry": "backoff",
        "seed": 7,
    }
}


def record(number: int, outcome: Outcome = "complete", **fields: object) -> Record:
    values: dict[str, object] = {
        "id": f"c{number}.1",
        "attempt": 1,
        "class_": "short",
        "model": "m",
        "stream": True,
        "intended_at": 100.0 + number,
        "sent_at": 100.0 + number,
        "first_token_ms": 200.0,
        "last_token_ms": 900.0,
        "done_ms": 1000.0,
        "status": 200,
        "tokens": Tokens(10, 20),
        "cost_usd": 0.001,
    }
    return Record(outcome=outcome, **(values | fields))  # type: ignore[arg-type]


def shown(records: Sequence[Record], failures: Sequence[Failure] = (), width: int = 110) -> str:
    console = Console(file=io.StringIO(), width=width)
    show(console, fold(records, RUN), failures, Path("runs/[x]"))
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def row(text: str, name: str) -> list[list[str]]:
    """The cells of the rows of that name, table by table."""
    return [line.split()[1:] for line in text.splitlines() if line.split()[:1] == [name]]


def test_every_attempt_is_counted_in_one_column() -> None:
    records = [record(number) for number in range(6)]
    records += [
        record(7, "rate_limited", status=429),
        record(8, "server_error", status=503),
        record(9, "truncated"),
        record(7, "complete", id="c7.2", attempt=2),
    ]
    text = shown(records)
    assert "truncated" in text
    requests, _ = row(text, "all")
    assert requests == ["10", "9", "1", "7", "1", "1", "1"]
    assert row(text, "short")[0] == requests


def test_an_outcome_that_did_not_occur_has_no_column() -> None:
    assert "truncated" not in shown([record(1)])


def test_a_percentile_that_the_sample_cannot_carry_is_a_dash() -> None:
    few = row(shown([record(number) for number in range(20)]), "all")[1]
    enough = row(shown([record(number) for number in range(300)]), "all")[1]
    assert few[:5] == ["200", "ms", "–", "–", "995"]
    assert "–" not in enough


def test_a_summary_fits_the_width_of_a_plain_log() -> None:
    outcomes: list[Outcome] = ["truncated", "invalid_content", "disconnected"]
    records = [
        record(number, outcomes[number % 3], class_=name)
        for number, name in enumerate(["ticket-extraction", "short-question", "conversation-support"] * 3)
    ]
    assert max(map(len, shown(records).splitlines())) <= 110


def test_failures_cost_and_folder_are_said_and_markup_in_them_is_text() -> None:
    text = shown([record(1)], [Failure("malformed", "[bold]json", 200, 1234)])
    assert "1,234  malformed: [bold]json" in text
    assert "$0.0010" in text
    assert "run folder: runs/[x]" in text
    assert "not a valid run" not in text


def test_a_run_that_proves_nothing_says_why() -> None:
    assert "not a valid run: no request was recorded" in shown([])
    assert "requests" not in shown([]).split("not a valid run")[0]


def test_every_loss_has_a_line_of_its_own() -> None:
    console = Console(file=io.StringIO(), width=110)
    show(console, replace(fold([record(1)], RUN), why_not=("worker 2 was lost", "[so] was 3")), (), Path("runs/x"))
    assert "not a valid run: worker 2 was lost\n  [so] was 3\n" in console.file.getvalue()  # type: ignore[attr-defined]


def test_labels_have_rows_between_classes_and_the_whole() -> None:
    records = [record(number, labels={"region": region}) for number, region in enumerate(["us", "eu", "us"])]
    text = shown(records)
    assert [line.split()[:2] for line in text.splitlines() if line[1:2].isalpha() and line.split()[1].isdigit()] == [
        ["short", "3"],
        ["region=eu", "1"],
        ["region=us", "2"],
        ["all", "3"],
    ]
    requests = text[: text.index("time to first token")].splitlines()
    eu = next(number for number, line in enumerate(requests) if "region=eu" in line)
    assert [requests[eu - 1].strip(), requests[eu + 2].strip()] == ["", ""]


def test_an_empty_line_stands_above_each_list() -> None:
    text = shown([record(1)], [Failure("malformed", "json", 200, 4)])
    assert "\n\nmost frequent failures\n" in text
    console = Console(file=io.StringIO(), width=110)
    show(console, fold([record(1)], RUN), (), Path("runs/x"), ["     1  a was asked, b answered"])
    assert "\n\nanother model answered" in console.file.getvalue()  # type: ignore[attr-defined]


def test_the_headline_counts_workers_where_there_are_several() -> None:
    assert " · 5 users · 4 workers · " in headline(RUN | {"crew": {"processes": 1, "awaited": 3}})
    assert "workers" not in headline(RUN | {"crew": {"processes": 1, "awaited": 0}})


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"users_plan": "0-60s: 1->50"}, " · users 0-60s: 1->50 · "),
        ({"rate": "20", "arrivals": "poisson"}, " · 20 arrivals per second, poisson · up to 5 users · "),
        ({"trace": "/a/b.csv", "trace_speed": 2.0}, " · trace b.csv at speed 2 · up to 5 users · "),
        ({"trace": "two-minutes", "trace_rate": 0.5}, " · trace two-minutes at rate 0.5 · up to 5 users · "),
    ],
)
def test_the_headline_says_how_much_was_asked_when(asked: dict[str, object], said: str) -> None:
    assert said in headline({"settings": RUN["settings"] | asked})


def test_stages_stand_beside_each_other_in_their_order() -> None:
    records = [record(number, stage="0-60s: 1->20") for number in range(6)]
    text = shown([*records, record(70, "rate_limited", status=429, stage="60s-2m: 20")])
    _, table = text.split("by stage of the load")
    first, second = (line for line in table.splitlines() if line.strip().startswith(("0-60s:", "60s-2m:")))
    assert first.split()[:7] == ["0-60s:", "1->20", "6", "1.0", "100%", "0%", "0%"]
    assert second.split()[:7] == ["60s-2m:", "20", "1", "1.0", "0%", "100%", "0%"]
    assert "by stage" not in shown([record(1)])


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"users_plan": "p"}, "stage: users"),
        ({"rate": "p", "arrivals": "poisson"}, "stage: arrivals per s"),
        ({"trace": "t"}, "stage  "),
    ],
)
def test_the_table_of_stages_says_what_their_levels_are_of(asked: dict[str, str], said: str) -> None:
    console = Console(file=io.StringIO(), width=110)
    show(console, fold([record(1, stage="0-60s: 1->20")], {"settings": asked}), (), Path("runs/x"))
    assert f"{said} " in console.file.getvalue()  # type: ignore[attr-defined]


def test_phases_stand_beside_each_other_with_their_lengths() -> None:
    phases = PhaseFold([Phase("calm", 0.0, 104.0), Phase("storm", 104.0)])
    records = [record(number, "server_error" if number > 4 else "complete") for number in range(8)]
    for each in records:
        phases.add(each)
    console = Console(file=io.StringIO(), width=110)
    show(console, replace(fold(records, RUN), phases=phases.figures()), (), Path("runs/x"))
    _, table = console.file.getvalue().split("by phase of the mock")  # type: ignore[attr-defined]
    calm, storm = (line.split() for line in table.splitlines() if line.strip().startswith(("calm", "storm")))
    assert calm[:8] == ["calm,", "4", "s", "4", "1.0", "100%", "0%", "0%"]
    assert storm[:8] == ["storm,", "4", "s", "4", "1.0", "25%", "0%", "75%"]


@pytest.mark.parametrize(
    ("waited", "said"),
    [(0, "40 arrivals, at most 7 users busy at once; sent late"), (3, "40 arrivals, 3 found no free")],
)
def test_an_open_load_says_how_late_it_was(waited: int, said: str) -> None:
    console = Console(file=io.StringIO(), width=110)
    fed = {"users": 9, "due": 40, "waited": waited, "longest_wait_s": 0.1, "unsent": 0, "needed": 7}
    show(console, fold([record(1)], RUN | {"open_loop": fed}), (), Path("runs/x"))
    assert said in console.file.getvalue()  # type: ignore[attr-defined]


def test_the_headline_says_what_was_run() -> None:
    assert headline(RUN) == (
        "mixed · against http://127.0.0.1:8000 · 5 users · 30 s or 100 calls · retry backoff · seed 7"
    )
    assert headline({"settings": {"host": "http://h"}}) == "own users · against http://h"
    assert headline({"settings": {"host": "http://h"}}, "open") == "own users · against http://h · open loop"


@pytest.mark.parametrize(
    ("ms", "text"),
    [(None, "–"), (0.0, "0.00 ms"), (0.42, "0.42 ms"), (9.99, "9.99 ms"), (213.4, "213 ms"), (999.6, "1.00 s")],
)
def test_durations_are_readable(ms: float | None, text: str) -> None:
    assert duration(ms) == text


@pytest.mark.parametrize(("per_s", "text"), [(None, "–"), (3.14, "3.1"), (1204.4, "1,204")])
def test_rates_are_readable(per_s: float | None, text: str) -> None:
    assert rate(per_s) == text


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        *((0, 0, "–"), (0, 9, "0%"), (1, 8, "12.5%"), (1, 3, "33.3%"), (9, 9, "100%")),
        *((1, 1000, "0.1%"), (1, 1001, "<0.1%"), (999, 1000, "99.9%"), (9999, 10_000, ">99.9%")),
    ],
)
def test_shares_are_readable_and_never_rounded_to_all_or_nothing(part: int, whole: int, text: str) -> None:
    assert share(part, whole) == text


@pytest.mark.parametrize(("usd", "text"), [(0.0042, "$0.0042"), (0.118, "$0.12"), (1204.5, "$1,204.50")])
def test_money_is_readable(usd: float, text: str) -> None:
    assert dollars(usd) == text


def test_what_to_look_at_is_numbered_and_broken_between_words() -> None:
    console = Console(file=io.StringIO(), width=40)
    show(console, fold([record(1)], RUN), (), Path("runs/x"), look_at=["short [one]", "word " * 12])
    _, listed = console.file.getvalue().split("what to look at\n")  # type: ignore[attr-defined]
    assert [line.rstrip() for line in listed.splitlines()[:3]] == [
        "  1. short [one]",
        "  2. word word word word word word word",
        "     word word word word word",
    ]


def test_models_that_were_not_asked_are_said() -> None:
    console = Console(file=io.StringIO(), width=110)
    show(console, fold([record(1)], RUN), (), Path("runs/x"), ["     1  a was asked, [b] answered"])
    assert "another model answered than the one that was asked\n       1  a was asked, [b] answered" in (
        console.file.getvalue()  # type: ignore[attr-defined]
    )


def test_what_is_held_against_a_run_and_what_has_to_be_known_of_it_stands_first() -> None:
    console = Console(file=io.StringIO(), width=110)
    summary = replace(fold([record(1)], RUN), why_not=("the client was the bottleneck",), notes=("so [and] so",))
    show(console, summary, [], Path("runs/x"))
    lines = console.file.getvalue().split("\n")  # type: ignore[attr-defined]
    assert lines[1:3] == ["not a valid run: the client was the bottleneck", "note: so [and] so"]
    assert lines[3].startswith("mixed · ")
