import json
from collections.abc import Iterable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from harness.measure.histogram import LogHistogram
from harness.measure.measured import tpot_ms_of
from harness.measure.summary import Fold, Summary, fold
from profiles.record import OUTCOMES, Gaps, Itl, Outcome, Record, Tokens

FIELDS = ["requests", "calls", "ttft_ms", "first_visible_ms", "tpot_ms", "itl_ms", "e2e_ms", "lateness_ms", "lag_ms"]
MORE_FIELDS = ["ttft_all_ms", "e2e_all_ms", "tokens", "cost_usd", "window_s"]


def itl(*values_ms: float) -> Itl:
    histogram = LogHistogram()
    for value_ms in values_ms:
        histogram.add(value_ms)
    return Itl(len(values_ms), sum(values_ms), histogram.buckets)


def done(number: int = 0, *, outcome: Outcome = "complete", stream: bool = True, **fields: object) -> Record:
    """An attempt sent 5 ms late, with a first token after 200 ms and five tokens until 300 ms."""
    values = {
        "id": f"call{number}.1",
        "attempt": 1,
        "class_": "short",
        "model": "m",
        "intended_at": 1000.0 + number,
        "sent_at": 1000.005 + number,
        "status": 200,
        "first_token_ms": 200.0 if stream else None,
        "first_visible_ms": 210.0 if stream else None,
        "last_token_ms": 300.0 if stream else None,
        "done_ms": 310.0,
        "tokens": Tokens(prompt=10, completion=5),
        "itl": itl(25.0, 25.0, 25.0, 25.0) if stream else None,
        "gaps": Gaps(4, 25.0, {}) if stream else None,
    }
    return Record(outcome=outcome, stream=stream, **{**values, **fields})  # type: ignore[arg-type]


def refused(number: int = 0, *, attempt: int = 1, status: int = 429, outcome: Outcome = "rate_limited") -> Record:
    return done(
        number,
        outcome=outcome,
        id=f"call{number}.{attempt}",
        attempt=attempt,
        status=status,
        tokens=None,
        itl=None,
        gaps=None,
        first_token_ms=None,
        first_visible_ms=None,
        last_token_ms=None,
    )


def test_the_file_has_the_fields_that_are_promised() -> None:
    table = json.loads(fold([done(stage="ramp", labels={"team": "a"})], {"seed": 7}).to_json())
    assert list(table) == [
        "v",
        "run",
        "valid",
        "why_not",
        "notes",
        *FIELDS,
        *MORE_FIELDS,
        "classes",
        "stages",
        "phases",
        "labels",
    ]
    assert (table["v"], table["run"], table["valid"], table["why_not"]) == (1, {"seed": 7}, True, [])
    assert list(table["ttft_ms"]) == ["n", "mean", "p50", "p90", "p95", "p99", "max", "ci"]
    assert list(table["classes"]["short"]) == list(table["labels"]["team=a"]) == FIELDS + MORE_FIELDS
    assert list(table["stages"][0]) == ["name", *FIELDS, *MORE_FIELDS]


def test_latency_counts_from_when_it_was_meant_to_be_sent() -> None:
    whole = fold([done()]).whole
    assert (whole.ttft_ms.mean, whole.first_visible_ms.mean, whole.e2e_ms.mean) == (205, 215, 315)
    assert whole.lateness_ms.mean == 5


def test_time_per_output_token_leaves_out_the_first_token_and_the_reasoning() -> None:
    assert tpot_ms_of(done()) == 25
    assert tpot_ms_of(done(tokens=Tokens(10, 69, reasoning=64))) == 25
    assert fold([done()]).whole.tpot_ms.mean == 25


@pytest.mark.parametrize("tokens", [None, Tokens(10), Tokens(10, 1), Tokens(10, 64, reasoning=64)])
def test_time_per_output_token_is_missing_where_there_are_not_two_to_see(tokens: Tokens | None) -> None:
    assert tpot_ms_of(done(tokens=tokens)) is None


def test_inter_token_latencies_of_all_streams_are_one_distribution() -> None:
    itl_ms = fold([done(0, itl=itl(10.0, 10.0)), done(1, itl=itl(40.0))]).whole.itl_ms
    assert (itl_ms.n, itl_ms.mean) == (3, 20)
    assert itl_ms.max == pytest.approx(40, rel=0.01)


def test_failures_are_infinitely_slow_and_never_dropped() -> None:
    whole = fold([*(done(n) for n in range(60)), *(refused(n) for n in range(60, 100))]).whole
    assert (whole.ttft_ms.n, whole.ttft_all_ms.n, whole.e2e_all_ms.n) == (60, 100, 100)
    assert whole.ttft_ms.p90 == pytest.approx(205, rel=0.01)
    assert whole.ttft_all_ms.p50 == pytest.approx(205, rel=0.01)
    assert (whole.ttft_all_ms.p90, whole.e2e_all_ms.p90, whole.e2e_all_ms.max) == (None, None, None)


def test_a_broken_stream_is_a_failure_even_though_its_first_token_came() -> None:
    whole = fold([done(outcome="truncated")]).whole
    assert (whole.ttft_ms.n, whole.itl_ms.n, whole.ttft_all_ms.n, whole.ttft_all_ms.mean) == (0, 0, 1, None)
    assert whole.tokens.completion == 5


def test_an_unstreamed_attempt_has_no_time_to_first_token_whether_it_fails_or_not() -> None:
    whole = fold([done(stream=False), done(1, stream=False, outcome="server_error")]).whole
    assert (whole.ttft_ms.n, whole.ttft_all_ms.n, whole.e2e_ms.n, whole.e2e_all_ms.n) == (0, 0, 1, 2)


@pytest.mark.parametrize("outcome", ["abandoned", "not_sent"])
def test_what_is_neither_success_nor_failure_is_only_counted(outcome: Outcome) -> None:
    whole = fold([done(outcome=outcome)]).whole
    assert (whole.e2e_ms.n, whole.e2e_all_ms.n, whole.requests.by_outcome) == (0, 0, {outcome: 1})


def test_calls_attempts_statuses_and_outcomes_are_counted() -> None:
    records = [
        refused(0),
        refused(0, attempt=2, status=503, outcome="server_error"),
        done(0, id="call0.3", attempt=3),
        done(1),
        done(2, outcome="cancelled"),
    ]
    requests = fold(records).whole.requests
    assert (requests.total, requests.logical, requests.retries, requests.cancelled) == (5, 3, 2, 1)
    assert (requests.status_429, requests.status_5xx) == (1, 1)
    assert requests.by_outcome == {"complete": 2, "rate_limited": 1, "server_error": 1, "cancelled": 1}


def test_details_of_complete_answers_are_counted_one_by_one() -> None:
    records = [
        done(0, detail="length"),
        done(1, detail="length,model_mismatch"),
        done(2),
        done(3, outcome="truncated", detail="no_done"),
    ]
    assert fold(records).whole.requests.complete_details == {"length": 2, "model_mismatch": 1}
    table = json.loads(fold(records).to_json())
    assert table["requests"]["complete_details"] == {"length": 2, "model_mismatch": 1}


def test_tokens_are_summed_and_divided_by_the_time_from_first_sending_to_last_end() -> None:
    records = [done(0), done(10, done_ms=5_000.0, tokens=Tokens(30, 15, cached=8, reasoning=0))]
    tokens = fold(records).whole.tokens
    assert (tokens.prompt, tokens.completion, tokens.cached, tokens.reasoning) == (40, 20, 8, 0)
    assert (tokens.prompt_per_s, tokens.completion_per_s, tokens.total_per_s) == pytest.approx(
        (40 / 15, 20 / 15, 4), 1e-3
    )


def test_tokens_and_money_that_nobody_counted_are_missing() -> None:
    whole = fold([refused()]).whole
    assert (whole.tokens.prompt, whole.tokens.total_per_s, whole.cost_usd) == (None, None, None)
    assert fold([done(cost_usd=0.0), refused()]).whole.cost_usd == 0.0


def test_money_is_summed_without_rounding_it_away() -> None:
    assert fold([done(n, cost_usd=0.00000123) for n in range(100)]).whole.cost_usd == 0.000123


def test_a_fold_knows_from_when_to_when_there_was_load() -> None:
    so_far = Fold()
    assert so_far.span is None
    for number in (3, 1):
        so_far.add(done(number))
    assert so_far.span == pytest.approx((1001.005, 1003.315))


def test_classes_share_the_run_s_window_and_a_stage_has_its_own() -> None:
    records = [done(0, stage="ramp", class_="a"), done(10, stage="hold", class_="b", done_ms=1000.0)]
    summary = fold(records)
    assert [stage.name for stage in summary.stages] == ["ramp", "hold"]
    assert summary.classes["a"].tokens.prompt_per_s == pytest.approx(10 / 11, rel=1e-3)
    assert summary.stages[1].section.tokens.prompt_per_s == pytest.approx(10)


def test_labels_are_sections_of_their_own() -> None:
    summary = fold([done(0, labels={"team": "a", "tier": "x"}), done(1, labels={"team": "b", "tier": "x"})])
    assert {name: section.requests.total for name, section in summary.labels.items()} == {
        "team=a": 1,
        "team=b": 1,
        "tier=x": 2,
    }


def test_a_run_that_reached_nobody_is_not_valid() -> None:
    nobody = done(outcome="connect_error", status=None)
    assert fold([]).why_not == ("no request was recorded",)
    assert fold([nobody]).why_not == ("no request got an HTTP answer",)
    assert fold([nobody, refused()]).valid


RECORDS = st.lists(
    st.builds(
        done,
        st.integers(0, 50),
        outcome=st.sampled_from(OUTCOMES),
        stream=st.booleans(),
        attempt=st.integers(1, 3),
        class_=st.sampled_from(["a", "b"]),
        stage=st.sampled_from([None, "ramp", "hold"]),
        sent_at=st.one_of(st.none(), st.floats(990, 1100)),
        status=st.sampled_from([None, 200, 429, 503]),
        done_ms=st.one_of(st.none(), st.floats(0, 60_000)),
        first_token_ms=st.one_of(st.none(), st.floats(0, 60_000)),
        cost_usd=st.one_of(st.none(), st.floats(0, 2)),
        lag_ms=st.one_of(st.none(), st.floats(0, 5)),
        detail=st.sampled_from([None, "length", "length,usage_missing"]),
        labels=st.sampled_from([{}, {"region": "eu"}, {"region": "us", "tier": "x"}]),
    ),
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(RECORDS, st.randoms(use_true_random=False), st.integers(0, 40))
def test_neither_order_nor_grouping_changes_a_figure(records: list[Record], random: Random, middle: int) -> None:
    shuffled = random.sample(records, len(records))
    one, other = folded(shuffled[:middle]), folded(shuffled[middle:])
    one.merge(other)
    expected = fold(records)
    assert fold(shuffled) == expected
    assert one.summary() == expected


def folded(records: Iterable[Record]) -> Fold:
    so_far = Fold()
    for record in records:
        so_far.add(record)
    return so_far


def test_a_summary_can_be_taken_while_the_run_goes_on() -> None:
    so_far = Fold()
    so_far.add(done(0))
    first: Summary = so_far.summary()
    so_far.add(done(1))
    assert (first.whole.requests.total, so_far.summary().whole.requests.total) == (1, 2)


def test_a_call_is_seen_beside_its_attempts() -> None:
    records = [
        done(1),
        refused(2),
        done(2, attempt=2, wait_ms=500.0),
        refused(3),
        replace(refused(3, attempt=2), wait_ms=1_000.0),
        done(4),
    ]
    calls = fold(records).whole.calls
    assert (calls.n, calls.attempts, calls.amplification) == (4, 6, 1.5)
    assert (calls.complete_at_first, calls.complete_in_the_end) == (0.5, 0.75)
    assert calls.wait_ms_per_call == 375.0


def test_without_a_call_nothing_is_said_of_calls() -> None:
    calls = fold([]).whole.calls
    assert (calls.n, calls.amplification, calls.complete_at_first, calls.wait_ms_per_call) == (0, None, None, None)
