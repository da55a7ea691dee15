"""A run over time."""

from random import Random

import pytest
from msgspec.structs import replace

from harness.measure.measured import measured
from harness.report.timeseries import SPANS, Span, Timeseries
from profiles.record import Record, Tokens
from tests.harness.report.runs import BEGAN_AT, drawn

ONE = Record(
    id="c.1",
    attempt=1,
    class_="a",
    model="m",
    stream=True,
    intended_at=100.0,
    sent_at=100.5,
    first_token_ms=1000.0,
    last_token_ms=3000.0,
    done_ms=3000.0,
    lag_ms=2.0,
    outcome="complete",
    tokens=Tokens(10, 20),
    ratelimit={"limit-requests": "50", "remaining-requests": "40", "limit-tokens": "x", "remaining-tokens": "1"},
)


def of(*records: Record) -> Timeseries:
    series = Timeseries()
    for record in records:
        series.add(record, measured(record))
    return series


def said(span: Span) -> list[object]:
    own = (span.due, span.sent, span.outcomes, span.prompt_tokens, span.completion_tokens, span.left, span.lag_ms)
    return [*own, span.ttft_ms.buckets, span.e2e_ms.buckets]


def test_what_happened_is_in_the_second_in_which_it_did() -> None:
    series = of(ONE)
    spans = list(series.spans())
    assert series.starts_at == 100.0
    assert [(span.due, span.sent, span.outcomes.total()) for span in spans] == [
        (1, 1, 0),
        (0, 0, 0),
        (0, 0, 0),
        (0, 0, 1),
    ]
    assert [span.ttft_ms.n for span in spans] == [0, 1, 0, 0]
    assert [span.e2e_ms.n for span in spans] == [0, 0, 0, 1]
    assert spans[1].ttft_ms.quantile(0.5) == pytest.approx(1500, rel=0.01), "from when it was due"
    assert [span.lag_ms for span in spans] == [None, None, None, 2.0]
    assert series.in_flight() == [0.5, 1, 1, 0.5]
    assert series.completion_per_s() == [0, 5, 10, 5]
    assert [span.prompt_tokens for span in spans] == [0, 0, 0, 10]


def test_the_least_that_was_left_of_a_limit_is_kept_and_what_is_no_number_is_not() -> None:
    less = replace(ONE, id="d.1", ratelimit={"limit-requests": "50", "remaining-requests": "5"})
    assert list(of(ONE, less, ONE).spans())[-1].left == {"requests": 5.0, "requests_percent": 10.0}


def test_an_answer_that_was_no_stream_brings_its_tokens_at_its_end() -> None:
    whole = replace(ONE, first_token_ms=None, last_token_ms=None)
    assert of(whole).completion_per_s() == [0, 0, 0, 20]


def test_what_was_never_sent_was_due() -> None:
    span = next(of(replace(ONE, outcome="not_sent", sent_at=None)).spans())
    assert (span.due, span.sent, dict(span.outcomes)) == (1, 0, {"not_sent": 1})


def test_failures_have_no_latency() -> None:
    spans = of(replace(ONE, outcome="truncated")).spans()
    assert [(span.ttft_ms.n, span.e2e_ms.n) for span in spans] == [(0, 0)] * 4


@pytest.mark.parametrize("seconds", [SPANS - 1, SPANS, 4 * SPANS])
def test_a_longer_run_has_wider_spans_of_the_same_content(seconds: int) -> None:
    records = [*drawn(300, per_s=300 / seconds), replace(ONE, intended_at=BEGAN_AT, sent_at=BEGAN_AT + seconds)]
    Random(1).shuffle(records)
    series = of(*records)
    spans = list(series.spans())
    assert len(spans) <= SPANS
    assert (series.width_s == 1) == (seconds + 4 <= SPANS)
    assert sum(span.due for span in spans) == sum(span.outcomes.total() for span in spans) == len(records)
    tokens = sum(record.tokens.completion or 0 for record in records if record.tokens is not None)
    assert sum(series.completion_per_s()) * series.width_s == pytest.approx(tokens, rel=0.001)
    busy_s = sum(record.done_ms or 0 for record in records) / 1000
    assert sum(series.in_flight()) * series.width_s == pytest.approx(busy_s, rel=0.01)
    in_order = of(*sorted(records, key=lambda record: record.intended_at))
    assert series.width_s == in_order.width_s
    assert [said(span) for span in spans] == [said(span) for span in in_order.spans()]


def test_nothing_has_no_seconds() -> None:
    assert (list(of().spans()), of().in_flight(), of().completion_per_s()) == ([], [], [])
