"""The grammar of SLOs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.gate.metrics import METRICS
from harness.gate.scope import KINDS, Names, Scope
from harness.gate.slo import OPERATORS, Slo, parse

_WORDS = st.from_regex(r"[A-Za-z0-9](?:[A-Za-z0-9_.:>< =-]*[A-Za-z0-9])?", fullmatch=True)
SCOPES = st.builds(Scope, st.sampled_from(KINDS), _WORDS) | st.builds(
    Scope.parse, _WORDS.filter(lambda name: Scope.parse(name).kind is None)
)


@st.composite
def slos(draw: st.DrawFn) -> Slo:
    metric = draw(st.sampled_from(sorted(METRICS)))
    top = 100.0 if METRICS[metric].unit == "%" else 1e12
    return Slo(
        metric=metric,
        op=draw(st.sampled_from(sorted(OPERATORS))),
        limit=draw(st.floats(0, top)),
        scope=draw(st.none() | SCOPES),
    )


@given(slos())
def test_what_is_written_is_read_as_it_was_meant(slo: Slo) -> None:
    assert parse(str(slo)) == slo


@given(st.text(max_size=40))
def test_any_text_is_an_slo_or_one_line_that_says_what_would_be_right(text: str) -> None:
    try:
        slo = parse(text)
    except ValueError as error:
        assert len(str(error).splitlines()) == 1  # noqa: PT017 - either way is right
    else:
        assert parse(str(slo)) == slo


@pytest.mark.parametrize(
    ("text", "metric", "op", "limit"),
    [
        ("ttft.p95 < 800ms", "ttft.p95", "<", 800),
        ("ttft_ms.p95<800 ms", "ttft.p95", "<", 800),
        ("ttft_ms.p95 < 800", "ttft.p95", "<", 800),
        ("ttft.p95 <= 1.1s", "ttft.p95", "<=", 1100),
        ("itl.p99 < 250us", "itl.p99", "<", 0.25),
        ("e2e_all_ms.p99 < 30 s", "e2e_all.p99", "<", 30_000),
        ("complete >= 99.5%", "complete", ">=", 99.5),
        ("errors < 1 %", "failed", "<", 1),
        ("cost < 2usd", "cost", "<", 2),
        ("cost < 2 USD", "cost", "<", 2),
        ("cost < $2.50", "cost", "<", 2.5),
        ("cost < 2$", "cost", "<", 2),
        ("amplification < 1.2", "amplification", "<", 1.2),
        ("rps > 5", "rps", ">", 5),
        ("rps > 5/s", "rps", ">", 5),
        ("tokens_per_s >= 1e3 tokens/s", "tokens_per_s", ">=", 1000),
    ],
)
def test_units_are_those_of_the_figure(text: str, metric: str, op: str, limit: float) -> None:
    slo = parse(text)
    assert (slo.metric, slo.op, slo.limit, slo.scope, slo.text) == (metric, op, limit, None, text)


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("streaming", Scope(None, "streaming")),
        ("class=streaming", Scope("class", "streaming")),
        ("stage=0-60s: 1->20", Scope("stage", "0-60s: 1->20")),
        ("0-60s: 1->20", Scope(None, "0-60s: 1->20")),
        ("label region=eu", Scope("label", "region=eu")),
        ("label=region=eu", Scope("label", "region=eu")),
        ("classy", Scope(None, "classy")),
    ],
)
def test_a_scope_stands_before_the_last_colon(scope: str, expected: Scope) -> None:
    assert parse(f"{scope}:ttft.p95 < 1s").scope == expected
    assert parse(f" {scope} : ttft.p95 < 1s").scope == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("fast", "'fast' is no SLO; write for example \"ttft.p95 < 800ms\" or"),
        ("ttft.p95 = 800ms", "is no SLO"),
        (":ttft.p95 < 800ms", "is no SLO"),
        ("ttft.p95 < -1ms", "is no SLO"),
        ("tfft.p95 < 800ms", "there is no figure 'tfft.p95'; did you mean 'ttft.p95'?"),
        ("ttft.p97 < 800ms", "there is no figure 'ttft.p97'; did you mean 'ttft.p9"),
        ("ttft < 800ms", "ttft is a distribution; write which figure of it: ttft.p50, ttft.p90,"),
        ("ttft_ms < 800ms", "ttft_ms is a distribution; write which figure of it: ttft_ms.p50,"),
        ("happiness > 3", "there is no figure 'happiness'; there are: complete, truncated,"),
        ("ttft.p95 < 800", "ttft.p95 is a time; write for example 800ms or 800s, not 800"),
        ("ttft.p95 < 8%", "ttft.p95 is a time; write for example 8ms or 8s, not 8%"),
        ("complete >= 0.995", "complete is a share; write for example 0.995%, not 0.995"),
        ("complete >= 995%", "complete is a share; write for example 99%, 995% can never be"),
        ("cost < 2", "cost is an amount of money; write for example 2usd, not 2"),
        ("cost < $2usd", "cost is an amount of money; write for example 2usd, not 2usd"),
        ("amplification < 1.2%", "amplification is a plain number; write for example 1.2, not 1.2%"),
        ("rps > 3ms", "rps is a rate per second; write for example 3 or 3/s, not 3ms"),
        ("cost < 1e999usd", "cost is an amount of money"),
    ],
)
def test_what_cannot_be_meant_is_said_with_what_would_be_right(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        parse(text)
    assert said in str(caught.value)


def test_the_same_of_a_class_says_so_in_its_text() -> None:
    slo = parse("ttft.p95 < 1s").of_class("streaming")
    assert parse(slo.text) == slo
    assert slo.scope == Scope("class", "streaming")


NAMES = Names(names={"class": ["chat", "x"], "stage": ["x", "ramp"], "label": ["region=eu"]})


@pytest.mark.parametrize(
    ("scope", "kind"),
    [("chat", "class"), ("x", "class"), ("stage=x", "stage"), ("ramp", "stage"), ("region=eu", "label")],
)
def test_a_bare_name_is_a_class_first(scope: str, kind: str) -> None:
    resolved = NAMES.resolved(Scope.parse(scope))
    assert resolved is not None
    assert resolved.kind == kind


@pytest.mark.parametrize(
    ("scope", "said"),
    [
        ("chta", "no class, stage or label is named 'chta'; there are: class chat, x; stage x, ramp; label region=eu"),
        ("stage=chat", "no stage is named 'chat'; there are: class chat, x; stage x, ramp; label region=eu"),
    ],
)
def test_a_part_that_the_run_does_not_have_is_said_with_those_there_are(scope: str, said: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        NAMES.check(Scope.parse(scope))
    assert str(caught.value) == said


def test_what_nobody_knows_yet_may_be_named() -> None:
    names = Names(names={"class": ["chat"]}, open_ended=("label",))
    names.check(Scope.parse("label region=eu"))
    names.check(Scope.parse("chat"))
    names.check(Scope.parse("region=eu"))
    with pytest.raises(ValueError, match=r"no stage is named 'ramp'; there are: class chat"):
        names.check(Scope.parse("stage=ramp"))
    with pytest.raises(ValueError, match="there are: none"):
        Names(names={}).check(Scope.parse("chat"))
