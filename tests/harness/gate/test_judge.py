"""Judging SLOs by a summary."""

import math

import pytest
from hypothesis import given

from harness.gate.judge import judged, names_of
from harness.gate.metrics import METRICS
from harness.gate.slo import Slo, parse
from harness.measure.slo_result import SloResult
from harness.measure.summary import Summary, fold
from profiles.record import Record
from tests.harness.gate.attempts import SUMMARIES, attempt, many
from tests.harness.gate.test_slo import slos


def verdict(text: str, records: list[Record]) -> SloResult:
    return judged([parse(text)], fold(records))[0]


@given(slos(), SUMMARIES)
def test_any_slo_of_any_run_is_held_broken_or_undecided_for_a_reason(slo: Slo, summary: Summary) -> None:
    (result,) = judged([slo], summary)
    if result.held is None:
        assert result.value is None
        assert result.why
    elif result.value is None:
        assert result.why
        assert result.held == (slo.op in (">", ">="))
    else:
        assert math.isfinite(result.value)
        assert result.held == slo.allows(result.value)


MIXED = [
    *many(90),
    *many(2, "rate_limited", first=90),
    *many(1, "quota_exhausted", first=92),
    attempt(93, "server_error", status=503),
    *many(6, "truncated", first=94),
    *many(5, "abandoned", first=100),
    *many(10, "not_sent", first=105, sent_at=None, done_ms=None, status=None),
    attempt(90, id="c90.2", attempt=2, detail="length", wait_ms=1160.0),
]


@pytest.mark.parametrize(
    ("metric", "value", "unit"),
    [
        ("complete", 100 * 91 / 101, "%"),
        ("failed", 100 * 10 / 101, "%"),
        ("rate_limited", 100 * 3 / 101, "%"),
        ("quota_exhausted", 100 * 1 / 101, "%"),
        ("status_5xx", 100 * 1 / 101, "%"),
        ("truncated", 100 * 6 / 101, "%"),
        ("stalled", 0, "%"),
        ("abandoned", 100 * 5 / 116, "%"),
        ("not_sent", 100 * 10 / 116, "%"),
        ("length", 100 * 1 / 91, "%"),
        ("first_try", 100 * 90 / 115, "%"),
        ("in_the_end", 100 * 91 / 115, "%"),
        ("amplification", 116 / 115, ""),
        ("retry_wait", 1160 / 115, "ms"),
        ("cost", 0.91, "usd"),
        ("rps", 106 / 104.3, "/s"),
        ("tokens_per_s", 5 * 91 / 104.3, "tokens/s"),
        ("prompt_tokens_per_s", 10 * 91 / 104.3, "tokens/s"),
        ("total_tokens_per_s", 15 * 91 / 104.3, "tokens/s"),
        ("ttft.p95", 200, "ms"),
        ("ttft.mean", 200, "ms"),
        ("e2e.max", 300, "ms"),
        ("itl.p99", 20, "ms"),
        ("tpot.p50", 20, "ms"),
        ("lateness.p90", 0, "ms"),
    ],
)
def test_figures_are_what_their_names_say(metric: str, value: float, unit: str) -> None:
    figure = METRICS[metric]
    assert figure.unit == unit
    assert figure.read(fold(MIXED).whole).value == pytest.approx(value, rel=0.01, abs=1e-6)


def test_a_share_at_its_limit_is_compared_without_rounding_errors() -> None:
    assert verdict("complete >= 29%", [*many(29), *many(71, "truncated", first=29)]).held is True
    assert verdict("first_try >= 29%", [*many(29), *many(71, "truncated", first=29)]).held is True


@pytest.mark.parametrize(
    ("count", "text", "why"),
    [
        (58, "ttft.p95 < 1s", "p95 needs 59 values, there are 58"),
        (299, "ttft.p99 < 1s", "p99 needs 300 values, there are 299"),
        (4, "ttft.p50 < 1s", "p50 needs 5 values, there are 4"),
        (0, "ttft.max < 1s", "max needs 1 values, there are 0"),
        (0, "complete > 0%", "there is no attempt"),
        (0, "length < 1%", "there is no complete answer"),
        (0, "first_try > 1%", "there is no call"),
        (0, "cost < 1usd", "no attempt has a known price"),
        (0, "rps > 1", "nothing was sent"),
        (0, "tokens_per_s > 1", "nobody counted tokens"),
        (9, "class=long:complete > 1%", "no attempt of class=long was recorded"),
        (9, "long:complete > 1%", "no attempt of long was recorded"),
    ],
)
def test_a_figure_that_the_sample_does_not_carry_decides_nothing(count: int, text: str, why: str) -> None:
    result = verdict(text, many(count))
    assert (result.held, result.value, result.why) == (None, None, why)


@pytest.mark.parametrize(("text", "held"), [("e2e_all.p95 < 9s", False), ("e2e_all.p95 > 9s", True)])
def test_a_percentile_that_falls_on_failures_is_beyond_every_limit(text: str, held: bool) -> None:
    result = verdict(text, [*many(90), *many(10, "truncated", first=90)])
    assert (result.held, result.value, result.why) == (held, None, "falls on failures")


def test_classes_stages_and_labels_are_judged_by_themselves() -> None:
    records = [
        *many(60, class_="fast", stage="ramp", labels={"region": "eu"}),
        *many(60, first=60, class_="slow", stage="hold", labels={"region": "us"}, first_token_ms=2_000.0),
    ]
    for scope, held in (
        ("fast", True),
        ("slow", False),
        ("ramp", True),
        ("stage=hold", False),
        ("label region=eu", True),
        ("region=us", False),
    ):
        result = verdict(f"{scope}:ttft.p95 < 1s", records)
        assert result.held is held, scope
    assert verdict("ttft.p95 < 1s", records).scope is None
    assert verdict("hold:ttft.p95 < 1s", records).scope == "stage=hold"
    assert names_of(fold(records)).names == {
        "class": ("fast", "slow"),
        "stage": ("ramp", "hold"),
        "label": ("region=eu", "region=us"),
    }


def test_a_verdict_says_all_that_a_report_needs() -> None:
    assert verdict("short:ttft_ms.p95 < 0.1 s", many(60)).to_dict() == {
        "slo": "short:ttft_ms.p95 < 0.1 s",
        "scope": "class=short",
        "metric": "ttft.p95",
        "op": "<",
        "held": False,
        "value": 200.0,
        "limit": 100.0,
        "unit": "ms",
        "why": None,
    }
