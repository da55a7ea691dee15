"""Reading a summary.json back."""

from dataclasses import replace

import pytest
from hypothesis import given

from harness.gate.judge import judged
from harness.gate.slo import parse
from harness.measure.phases import Phase, PhaseFold
from harness.measure.reading import read_summary
from harness.measure.summary import Summary, fold
from tests.harness.gate.attempts import SUMMARIES, many


@given(SUMMARIES)
def test_what_was_written_is_read(summary: Summary) -> None:
    assert read_summary(summary.to_json()) == summary
    slo = judged([parse("ttft.p95 < 1s"), parse("a:complete > 1%")], summary)
    whole = replace(summary, slo=slo, aborted="errors > 20%", why_not=("x",), notes=("y",))
    assert read_summary(whole.to_json()) == whole


def test_phases_are_read_too() -> None:
    phases = PhaseFold([Phase("calm", 0.0)])
    for record in many(3):
        phases.add(record)
    summary = replace(fold(many(3)), phases=phases.figures())
    assert summary.phases
    assert read_summary(summary.to_json()).phases == summary.phases


@pytest.mark.parametrize(
    "text",
    [b"", b"[]", b"{}", b'{"v": 1}', b'{"v": 2}', fold(many(3)).to_json().replace(b'"logical"', b'"rational"')],
)
def test_what_is_no_summary_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_summary(text)
