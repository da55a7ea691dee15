"""A run so far as tables, and as Prometheus reads it."""

from prometheus_client.parser import text_string_to_metric_families

from harness.gate.goodput import objectives_of
from harness.measure.goodput import Objectives
from harness.measure.pulse import Pulse
from harness.report.exposition import exposition
from harness.report.live_table import CLASS_COLUMNS, as_csv, class_rows, limit_rows, outcome_rows
from profiles.record import Itl, Outcome, Record, Tokens


def record(class_: str = "chat", outcome: Outcome = "complete", **fields: object) -> Record:
    values: dict[str, object] = {
        "id": "c.1",
        "attempt": 1,
        "model": "m",
        "stream": True,
        "intended_at": 100.0,
        "sent_at": 100.0,
        "first_token_ms": 200.0,
        "done_ms": 2000.0,
        "tokens": Tokens(10, 30),
        "itl": Itl(1, 20.0, {500: 1}),
        "cost_usd": 0.25,
    }
    return Record(class_=class_, outcome=outcome, **(values | fields))  # type: ignore[arg-type]


def pulse() -> Pulse:
    kept = Pulse()
    for _ in range(6):
        kept.add(record())
    kept.add(record("rag", "rate_limited", tokens=None, cost_usd=None))
    kept.add(record("rag", "truncated", ratelimit={"remaining-tokens": "7", "limit-tokens": "9"}, cost_usd=None))
    return kept


def test_a_class_is_a_row_and_all_of_them_are_one() -> None:
    chat, rag, whole = class_rows(pulse())
    assert chat["class"] == "chat"
    assert (chat["attempts"], chat["complete"], chat["prompt"], chat["completion"], chat["cost"]) == (6, 6, 30, 90, 1.5)
    assert 198 <= chat["ttft_p50"] <= 202
    assert chat["ttft_p95"] is None, "six are too few"
    assert (rag["attempts"], rag["limited"], rag["failed"], rag["e2e_p50"]) == (2, 1, 1, None)
    assert (whole["class"], whole["attempts"]) == ("all", 8)
    assert {frozenset(row) for row in (chat, rag, whole)} == {frozenset(CLASS_COLUMNS)}


def test_before_the_first_attempt_there_is_no_row() -> None:
    assert (class_rows(Pulse()), outcome_rows(Pulse()), limit_rows(Pulse())) == ([], [], [])


def test_outcomes_and_limits_have_tables_of_their_own() -> None:
    assert [tuple(row.values()) for row in outcome_rows(pulse())] == [
        ("chat", "complete", 6),
        ("rag", "truncated", 1),
        ("rag", "rate_limited", 1),
    ]
    assert limit_rows(pulse()) == [{"model": "m", "unit": "tokens", "left": 7, "limit": 9}]


def test_a_table_is_csv_with_empty_cells_for_what_is_not_known() -> None:
    text = as_csv({"a": "A", "b": "B"}, [{"a": 1, "b": None}, {"a": "x,y", "b": 2}])
    assert text == 'a,b\n1,\n"x,y",2\n'


def test_prometheus_counts_what_kept_its_objectives_where_there_are_any() -> None:
    assert b"harness_good_total{" not in exposition(pulse(), users=1, in_flight=0)
    held = Pulse(Objectives(objectives_of("ttft < 250ms")))
    for first_ms in (200.0, 240.0, 300.0):
        held.add(record(first_token_ms=first_ms))
    held.add(record("rag", "truncated"))
    text = exposition(held, users=1, in_flight=0).decode()
    assert 'harness_good_total{class="chat"} 2.0' in text
    assert 'harness_good_total{class="rag"} 0.0' in text


def test_prometheus_reads_what_is_known_of_a_run() -> None:
    text = exposition(pulse(), users=3, in_flight=2).decode()
    samples = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert samples["harness_attempts_total", "chat", "complete"] == 6
    assert samples["harness_attempts_total", "rag", "rate_limited"] == 1
    assert samples["harness_tokens_total", "chat", "completion"] == 180
    assert samples["harness_cost_usd_total", "chat"] == 1.5
    assert samples["harness_limit_remaining", "m", "tokens"] == 7
    assert samples["harness_limit", "m", "tokens"] == 9
    assert (samples[("harness_users",)], samples[("harness_in_flight",)]) == (3, 2)
    assert [samples["harness_ttft_seconds_bucket", bound, "chat"] for bound in ("0.1", "0.3", "+Inf")] == [0, 6, 6]
    assert (samples["harness_ttft_seconds_count", "chat"], samples["harness_ttft_seconds_sum", "chat"]) == (6, 1.2)
    assert samples["harness_itl_seconds_sum", "chat"] == 0.12
