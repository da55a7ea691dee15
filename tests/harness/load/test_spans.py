"""Time spans."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.load.spans import range_text, seconds_of, span_text


@pytest.mark.parametrize(
    ("text", "span_s"), [("90", 90), ("0.5", 0.5), ("60s", 60), ("5m", 300), ("1h30m", 5400), (" 2m3.5s ", 123.5)]
)
def test_a_span_is_read_as_locust_writes_it(text: str, span_s: float) -> None:
    assert seconds_of(text) == span_s


@pytest.mark.parametrize("text", ["", "soon", "-3", "5 m", "1.5m", "1m1h"])
def test_anything_else_is_refused_with_what_would_be_right(text: str) -> None:
    with pytest.raises(ValueError, match="is not a time span; write 60s, 5m or 1h30m"):
        seconds_of(text)


@pytest.mark.parametrize(
    ("span_s", "text"), [(0, "0s"), (1.25, "1.25s"), (90, "90s"), (120, "2m"), (150, "2m30s"), (5400, "1h30m")]
)
def test_the_text_of_a_span_is_short(span_s: float, text: str) -> None:
    assert span_text(span_s) == text


@given(st.integers(0, 10**8))
def test_the_text_of_a_span_is_read_as_the_span(span_ms: int) -> None:
    assert seconds_of(span_text(span_ms / 1000)) == pytest.approx(span_ms / 1000)


@pytest.mark.parametrize(
    ("start_s", "end_s", "text"), [(0, 60, "0-60s"), (60, 90, "60-90s"), (90, 300, "90s-5m"), (0, 300, "0-5m")]
)
def test_a_range_has_no_more_units_than_it_needs(start_s: float, end_s: float, text: str) -> None:
    assert range_text(start_s, end_s) == text
