"""The folds behind the page, on a run whose figures can be counted by hand."""

import json

import pytest
from msgspec.structs import replace

from harness.report.attempts import MOST
from harness.report.depth import DEEPEST
from harness.report.details import Details
from harness.report.errors import GROUPS
from harness.report.stretches import Stretch, phases_of
from profiles.record import Gaps, Record, Tokens

ONE = Record(
    id="c.1",
    attempt=1,
    class_="a",
    model="m",
    stream=True,
    intended_at=100.0,
    sent_at=100.0,
    first_token_ms=200.0,
    done_ms=1000.0,
    status=200,
    turn=0,
    outcome="complete",
    tokens=Tokens(100, 20, 30, 5),
    gaps=Gaps(2, 9.0, {400: 2}),
    cost_usd=0.25,
)
FAILED = replace(ONE, id="f.1", outcome="server_error", detail="server_error", status=503, tokens=None, cost_usd=None)


def test_latency_stands_by_bands_of_tokens_that_double() -> None:
    many = [replace(ONE, tokens=Tokens(prompt, 20)) for prompt in (0, 31, 32, 100, 127, 128)]
    by = Details.of([*many, replace(ONE, tokens=None), FAILED]).by_tokens
    assert [(band.low, band.high, band.n) for band in by.prompt.ordered()] == [
        (0, 31, 2),
        (32, 63, 1),
        (64, 127, 2),
        (128, 255, 1),
    ]
    assert [(band.low, band.n) for band in by.completion.ordered()] == [(0, 6)]
    line = by.ttft_by_prompt.line()
    assert line is not None
    assert (line.slope, line.intercept) == pytest.approx((0.0, 200.0))


def test_turns_are_told_apart_and_the_deepest_are_counted_as_one() -> None:
    turns = Details.of([replace(ONE, turn=turn) for turn in (0, 1, 1, DEEPEST, 500)]).depth.ordered()
    assert [(turn.turn, turn.n, turn.prompt) for turn in turns] == [(0, 1, 100), (1, 2, 200), (DEEPEST, 2, 200)]
    assert Details.of([replace(ONE, turn=None)]).depth.ordered() == []


def test_first_attempts_and_later_ones() -> None:
    again = replace(ONE, id="f.2", attempt=2, wait_ms=500.0)
    given_up = replace(ONE, id="f.3", attempt=2, outcome="cancelled")
    endless = replace(FAILED, id="g.99", attempt=99)
    planned = replace(ONE, id="h.1", outcome="abandoned")
    tries = Details.of([ONE, FAILED, again, given_up, endless, planned]).attempts.ordered()
    assert [(one.number, one.n, one.complete, one.failed) for one in tries] == [
        (1, 3, 1, 1),
        (2, 2, 1, 1),
        (MOST, 1, 0, 1),
    ]
    assert tries[1].waits_ms.n == 1


def test_failures_are_grouped_with_the_first_of_each_as_example() -> None:
    later, other = replace(FAILED, id="z.1", intended_at=300.0, class_="b"), replace(FAILED, id="y.1", status=500)
    (first, second) = Details.of([later, FAILED, other, ONE]).errors.most_common()
    assert str(first[0]) == "server_error: server_error (HTTP 503)"
    assert (first[1].count, first[1].first_at, first[1].last_at) == (2, 100.0, 300.0)
    assert (second[1].count, dict(first[1].classes)) == (1, {"a": 1, "b": 1})
    example = json.loads(first[1].example())
    assert example["id"] == "f.1"
    assert "gaps" not in example


def test_an_example_tells_no_key() -> None:
    leaky = replace(FAILED, detail="Incorrect API key provided: sk-abcdef0123456789")
    ((_, group),) = Details.of([leaky]).errors.most_common()
    assert "sk-abcdef" not in group.example()
    assert "[redacted]" in group.example()


def test_failures_that_are_all_different_are_no_endless_list() -> None:
    errors = Details.of(replace(FAILED, detail=f"d{number}") for number in range(GROUPS + 50)).errors.most_common()
    assert len(errors) == GROUPS + 1
    assert str(errors[0][0]) == "others"
    assert errors[0][1].count == 50


def test_money_by_model() -> None:
    other = replace(ONE, model="b", cost_usd=None, tokens=None)
    (b, spent_b), (m, spent_m) = Details.of([ONE, ONE, other]).costs.ordered()
    assert (b, spent_b.usd, m, spent_m.usd) == ("b", None, "m", 0.5)
    assert (spent_m.prompt, spent_m.cached, spent_m.completion, spent_m.reasoning) == (200, 60, 40, 10)


def test_gaps_are_those_of_complete_streams_by_class() -> None:
    gaps = Details.of([ONE, replace(ONE, class_="b"), replace(FAILED, gaps=ONE.gaps), ONE]).gaps_ms
    assert {name: histogram.n for name, histogram in gaps.items()} == {"a": 4, "b": 2}


def test_a_stage_lasts_until_the_next_begins() -> None:
    staged = [replace(ONE, stage=name, intended_at=at) for name, at in (("b", 130.0), ("a", 120.0), ("a", 100.0))]
    assert Details.of(staged).stages.stretches() == [Stretch("a", 100.0, 130.0), Stretch("b", 130.0, None)]
    assert Details.of([ONE]).stages.stretches() == []


def test_phases_are_those_of_the_run() -> None:
    told = {"phases": [{"name": "normal", "started_at": 1.0, "ended_at": 2.0}, {"name": "down", "started_at": 2.0}]}
    assert phases_of(told) == [Stretch("normal", 1.0, 2.0), Stretch("down", 2.0, None)]
    assert phases_of({}) == []
