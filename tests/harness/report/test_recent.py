"""The last seconds of a run."""

import pytest

from harness.measure.measured import measured
from harness.report.progress import Progress
from harness.report.recent import RECENT_S, Recent
from harness.report.view import Headroom, View
from profiles.record import Outcome, Record, Tokens


def record(class_: str = "a", outcome: Outcome = "complete", **fields: object) -> Record:
    values: dict[str, object] = {
        "id": "c.1",
        "attempt": 1,
        "model": "m",
        "stream": True,
        "intended_at": 100.0,
        "sent_at": 100.0,
        "first_token_ms": 200.0,
        "done_ms": 1000.0,
        "tokens": Tokens(1, 20),
    }
    return Record(class_=class_, outcome=outcome, **(values | fields))  # type: ignore[arg-type]


def add(recent: Recent, each: Record) -> None:
    recent.add(each, measured(each))


def test_a_class_shows_the_percentiles_that_its_last_seconds_carry() -> None:
    recent = Recent()
    for _ in range(59):
        add(recent, record("many"))
    for _ in range(4):
        add(recent, record("few"))
    few, many = recent.at(2.0).classes
    assert (few.name, few.ttft_p50_ms, few.e2e_p95_ms) == ("few", None, None)
    assert many.ttft_p50_ms == many.ttft_p95_ms
    assert 198 <= (many.ttft_p50_ms or 0) <= 202
    assert 990 <= (many.e2e_p95_ms or 0) <= 1010


def test_times_count_from_when_a_request_was_due() -> None:
    progress = Progress()
    for _ in range(5):
        progress.add(record(sent_at=103.0))
    (seen,) = progress.view(View(elapsed_s=1.0, users=1)).classes
    assert seen.ttft_p50_ms == pytest.approx(3200, rel=0.01)
    assert seen.e2e_p50_ms == pytest.approx(4000, rel=0.01)
    assert "TTFT p50  3." in progress.line(2.0, users=1)


def test_what_failed_counts_as_ended_and_in_no_percentile() -> None:
    recent = Recent()
    for _ in range(10):
        add(recent, record(outcome="truncated"))
    recently = recent.at(2.0)
    assert (recently.ended_per_s, recently.classes[0].e2e_p50_ms) == (5.0, None)


def test_what_is_older_is_forgotten_but_the_class_keeps_its_row() -> None:
    recent = Recent()
    for _ in range(100):
        add(recent, record())
    assert recent.at(1.0).tokens_per_s == 2000.0
    for second in range(2, int(RECENT_S) + 2):
        recently = recent.at(float(second))
    assert recently.ended_per_s == 0.0
    assert [view.name for view in recently.classes] == ["a"]


def test_headroom_is_that_of_the_answer_that_began_last() -> None:
    progress = Progress()
    for sent_at, left in ((100.0, "90"), (102.0, "70"), (101.0, "80")):
        limits = {"remaining-requests": left, "limit-requests": "100", "remaining-tokens": "5", "reset-tokens": "1s"}
        progress.add(record(sent_at=sent_at, headers_ms=10.0, ratelimit=limits))
    progress.add(record(sent_at=103.0))
    assert progress.view(View(elapsed_s=1.0, users=1)).headroom == (
        Headroom(model="m", unit="requests", left=70, limit=100),
        Headroom(model="m", unit="tokens", left=5),
    )


def test_an_answer_that_names_no_limit_leaves_the_headroom_as_it_was() -> None:
    progress = Progress()
    progress.add(record(sent_at=100.0, ratelimit={"remaining-requests": "70", "limit-requests": "100"}))
    progress.add(record(outcome="rate_limited", sent_at=101.0, ratelimit={"retry-after": "3"}))
    assert progress.view(View(elapsed_s=1.0, users=1)).headroom == (
        Headroom(model="m", unit="requests", left=70, limit=100),
    )


def test_money_is_the_sum_of_what_was_priced() -> None:
    progress = Progress()
    progress.add(record())
    assert progress.view(View(elapsed_s=1.0, users=1)).cost_usd is None
    for _ in range(2):
        progress.add(record(cost_usd=0.25))
    assert progress.view(View(elapsed_s=2.0, users=1)).cost_usd == 0.5
