"""What clients are judged by: each rule, and what it lets pass."""

from dataclasses import replace
from typing import Any

import pytest
from msgspec import structs

from mockserver.truth.conduct import judge
from mockserver.truth.verdict import AS_USUAL, Bounds
from profiles.journal import JournalEntry, Planned
from tests.mockserver.truth.journals import START, call, entry


def kinds(entries: list[JournalEntry], bounds: Bounds = AS_USUAL, **more: Any) -> dict[str, int]:
    """What was found, and how often."""
    return {finding.kind: finding.count for finding in judge(entries, bounds, **more).findings}


def many(
    number: int, *statuses: int, waits: tuple[float, ...] = (), step_s: float = 0.0, **more: Any
) -> list[JournalEntry]:
    """Calls whose waits differ by `step_s` from one to the next."""
    return [
        each
        for i in range(number)
        for each in call(f"c{i}", *statuses, waits=tuple(wait + i * step_s for wait in waits), at=i * 0.01, **more)
    ]


def left(after_s: float, **more: Any) -> JournalEntry:
    """A request whose client has left."""
    return entry(done_at=None, hung_up_at=START + after_s, **more)


PLANNED = Planned(100.0, 2_000.0, 50)

FOUND = {
    # a mistake: the journal in which it shows, how often it does, and the same without it
    "retry_after_ignored": (
        call("a", 429, 200, waits=(0.5,), told_wait_ms=1_000.0),
        1,
        call("a", 429, 200, waits=(1.0,), told_wait_ms=1_000.0),
    ),
    "retried_permanent": (call("a", 400, 400, 400, waits=(1, 2)), 2, call("a", 400)),
    "no_backoff": (call("a", 503, 200, waits=(0.01,)), 1, call("a", 503, 200, waits=(0.4,))),
    "backoff_not_growing": (
        call("a", 503, 503, 503, 200, waits=(0.5, 0.5, 0.5)),
        1,
        call("a", 503, 503, 503, 200, waits=(0.5, 1, 2)),
    ),
    "synchronised": (many(12, 503, 200, waits=(1.0,)), 12, many(12, 503, 200, waits=(1.0,), step_s=0.05)),
    "gave_up": (call("a", 503), 1, call("a", 503, 200)),
    "amplification": (
        many(20, 503, 503, 200, waits=(0.5, 1.0), step_s=0.1),
        40,
        many(20, 503, 200, waits=(0.5,), step_s=0.1),
    ),
    "sat_through_stall": (
        [left(40.0, fault="hang", status=None)],
        1,
        [left(20.0, fault="hang", status=None)],
    ),
    "wasted_tokens": ([left(1.0, planned=PLANNED, sent_tokens=10)], 1, [left(1.0, planned=PLANNED, sent_tokens=50)]),
    "concurrency": (
        [entry(status=429, limits={"concurrent_limit": 5, "concurrent_open": 5})],
        1,
        [entry(limits={"requests_limit": 5})],
    ),
}


@pytest.mark.parametrize("kind", FOUND)
def test_a_mistake_is_found_and_its_absence_is_not(kind: str) -> None:
    entries, count, without = FOUND[kind]
    assert kinds(entries)[kind] == count
    assert kind not in kinds(without)


@pytest.mark.parametrize(
    ("kind", "level"),
    [
        ("retry_after_ignored", "failure"),
        ("retried_permanent", "failure"),
        ("no_backoff", "failure"),
        ("amplification", "failure"),
        ("sat_through_stall", "failure"),
        ("gave_up", "warning"),
        ("synchronised", "warning"),
        ("wasted_tokens", "warning"),
        ("backoff_not_growing", "warning"),
        ("concurrency", "warning"),
    ],
)
def test_only_failures_fail_unless_it_is_strict(kind: str, level: str) -> None:
    verdict = judge(FOUND[kind][0])
    found = next(finding for finding in verdict.findings if finding.kind == kind)
    assert found.level == level
    only = structs.replace(verdict, findings=(found,))
    assert only.held() == (level == "warning")
    assert not only.held(strict=True)


def test_those_who_behave_are_not_blamed() -> None:
    entries = call("a", 429, 200, waits=(1.2,), told_wait_ms=1_000.0) + call("b", 503, 503, 200, waits=(0.5, 1.1))
    verdict = judge(entries)
    assert verdict.findings == ()
    assert (verdict.requests, verdict.calls, verdict.amplification) == (5, 2, 2.5)
    assert (verdict.complete_at_first, verdict.complete_in_the_end) == (0.0, 1.0)


def test_a_told_wait_that_all_keep_to_the_millisecond_is_a_wave() -> None:
    wave = many(12, 429, 200, waits=(1.001,), told_wait_ms=1_000.0)
    spread = many(12, 429, 200, waits=(1.001,), step_s=0.05, told_wait_ms=1_000.0)
    assert "synchronised" in kinds(wave)
    assert "synchronised" not in kinds(spread)


def test_a_stall_that_ended_is_as_long_as_it_was_planned() -> None:
    stalled = entry(took=60, fault="stall", planned=Planned(100, 60_000, 5, longest_gap_ms=40_000))
    assert "sat_through_stall" in kinds([stalled])
    assert "sat_through_stall" not in kinds([replace(stalled, planned=replace(PLANNED, longest_gap_ms=9_000))])


def test_a_slow_answer_is_no_stall() -> None:
    assert kinds([entry(took=60, planned=PLANNED)]) == {}


@pytest.mark.parametrize(
    ("entries", "before", "bounds", "kind"),
    [
        ([left(40.0, fault="hang", status=None)], Bounds(), Bounds(stall_s=50), "sat_through_stall"),
        (FOUND["amplification"][0], Bounds(), Bounds(amplification=3), "amplification"),
        (FOUND["amplification"][0], Bounds(), Bounds(calls_for_share=21), "amplification"),
        (FOUND["no_backoff"][0], Bounds(), Bounds(immediate_ms=5), "no_backoff"),
        (FOUND["synchronised"][0], Bounds(), Bounds(waits_for_spread=13), "synchronised"),
        (FOUND["synchronised"][2], Bounds(spread=0.9), Bounds(), "synchronised"),
        (FOUND["retry_after_ignored"][0], Bounds(), Bounds(early_ms=600), "retry_after_ignored"),
        ([entry(0, 5), entry(1, 5, question="q2")], Bounds(in_flight=1), Bounds(in_flight=2), "concurrency"),
    ],
)
def test_bounds_are_bounds(entries: list[JournalEntry], before: Bounds, bounds: Bounds, kind: str) -> None:
    assert kind in kinds(entries, before)
    assert kind not in kinds(entries, bounds)


def test_calls_that_may_go_on_have_not_given_up() -> None:
    entries = call("a", 503)
    assert "gave_up" not in kinds(entries, as_of=START + 5)
    assert judge(entries, as_of=START + 5).pending == 1
    assert "gave_up" in kinds(entries, as_of=START + 50)
    waiting = call("a", 429, told_wait_ms=100_000.0)
    assert "gave_up" not in kinds(waiting, as_of=START + 50)


def test_wasted_tokens_have_a_price() -> None:
    verdict = judge([left(1.0, planned=PLANNED, sent_tokens=10)], price=lambda model, tokens: tokens / 10)
    assert (verdict.wasted_tokens, verdict.wasted_usd) == (40, 4.0)
    assert judge([left(1.0, planned=PLANNED)], price=lambda model, tokens: None).wasted_usd is None


def test_requests_of_two_keys_are_not_added() -> None:
    at_once = [entry(0, 5, key=f"k{i % 2}", question=f"q{i}") for i in range(6)]
    assert judge(at_once).most_in_flight == 3


def test_nothing_is_judged_of_nothing() -> None:
    verdict = judge([])
    assert (verdict.amplification, verdict.complete_at_first, verdict.held(strict=True)) == (None, None, True)
