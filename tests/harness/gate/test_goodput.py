"""The grammar of what a request has to keep."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.gate.goodput import FIGURES, objectives_of
from harness.gate.judge import judged
from harness.gate.slo import parse
from harness.measure.goodput import Objective, Objectives
from harness.measure.summary import fold
from tests.harness.gate.attempts import many


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ttft < 800ms", [("ttft_ms", 800, True, None)]),
        ("ttft_ms<=800", [("ttft_ms", 800, False, None)]),
        ("ttft<800ms,e2e<10s", [("ttft_ms", 800, True, None), ("e2e_ms", 10_000, True, None)]),
        ("chat: tpot < 50 ms, e2e <= 1.5s", [("tpot_ms", 50, True, "chat"), ("e2e_ms", 1500, False, "chat")]),
        ("class=chat:first_visible < 2s", [("first_visible_ms", 2000, True, "chat")]),
    ],
)
def test_a_text_says_what_each_request_has_to_keep(text: str, found: list[tuple[str, float, bool, str | None]]) -> None:
    read = objectives_of(text)
    assert [(one.figure, one.limit_ms, one.below, one.class_) for one in read] == found
    assert [one for each in read for one in objectives_of(each.text)] == list(read), "what is kept means the same"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("fast", "'fast' is no objective of a request; write for example \"ttft < 800ms, e2e < 10s\""),
        ("ttft < 800ms,", "'' is no objective of a request; write for example"),
        ("ttft > 800ms", "'ttft > 800ms' is no objective of a request"),
        ("ttft < 800", "ttft is a time; write for example 800ms or 800s, not 800"),
        ("ttft < 8%", "ttft is a time; write for example 8ms or 8s, not 8%"),
        ("ttft < 0ms", "'ttft < 0ms': no request can be so fast"),
        ("ttfd < 1s", "a request has no figure 'ttfd'; did you mean 'ttft'?"),
        ("itl < 1s", "itl is no figure of a request; there are: ttft, first_visible, tpot, e2e"),
        ("complete < 1s", "a request has no figure 'complete'; there are: ttft, first_visible, tpot, e2e"),
        ("stage=60s: ttft < 1s", "a request has an objective by its class; leave 'stage=60s' out"),
    ],
)
def test_what_is_none_is_one_line_that_says_what_would_be_right(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=r"^.+$") as caught:
        objectives_of(text)
    assert complaint in str(caught.value)


@given(st.text(max_size=40) | st.builds("{} < {}".format, st.sampled_from(FIGURES), st.text(max_size=8)))
def test_any_text_is_objectives_or_one_line(text: str) -> None:
    try:
        found = objectives_of(text)
    except ValueError as error:
        assert len(str(error).splitlines()) == 1  # noqa: PT017 - either way is right
    else:
        assert all(isinstance(one, Objective) for one in found)


@pytest.mark.parametrize(
    ("slo", "held", "value"),
    [
        ("goodput >= 80%", True, 80.0),
        ("goodput > 80%", False, 80.0),
        ("goodput_rps > 1", False, round(80 / 99.3, 3)),
        ("short:goodput >= 90%", False, 80.0),
    ],
)
def test_an_slo_may_be_about_the_share_or_the_rate(slo: str, held: bool, value: float) -> None:
    records = [*many(80), *many(10, "rate_limited", first=80), *many(10, first=90, first_token_ms=900.0)]
    (result,) = judged([parse(slo)], fold(records, objectives=Objectives(objectives_of("ttft < 800ms"))))
    assert (result.held, result.value) == (held, value)


def test_without_objectives_there_is_none() -> None:
    (result,) = judged([parse("goodput >= 80%")], fold(many(5)))
    assert (result.held, result.why) == (None, "no request was held against objectives (--goodput)")
