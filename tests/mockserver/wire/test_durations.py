import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.wire.durations import go_duration, whole_ms

RECORDED = [
    (0.006, "6ms"),
    (0.12, "120ms"),
    (0.644, "644ms"),
    (1.146, "1.146s"),
    (8.64, "8.64s"),
    (20.0, "20s"),
    (59.369, "59.369s"),
    (73.588, "1m13.588s"),
    (86.4, "1m26.4s"),
    (127.93, "2m7.93s"),
    (432.0, "7m12s"),
    (864.0, "14m24s"),
    (1252.666, "20m52.666s"),
]

IN_GO = re.compile(r"^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)(?:\.(\d{1,3}))?s)$|^(\d+)ms$")


def in_ms(text: str) -> int:
    match = IN_GO.match(text)
    assert match, text
    hours, minutes, seconds, fraction, ms = match.groups()
    if ms is not None:
        return int(ms)
    whole = (int(hours or 0) * 60 + int(minutes or 0)) * 60 + int(seconds)
    return whole * 1000 + int((fraction or "").ljust(3, "0"))


@pytest.mark.parametrize(("seconds", "text"), RECORDED)
def test_recorded_durations_are_written_as_recorded(seconds: float, text: str) -> None:
    assert go_duration(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "0s"),
        (-3.0, "0s"),
        (0.0009, "0s"),
        (0.001, "1ms"),
        (0.9999, "999ms"),
        (1.0, "1s"),
        (59.9999, "59.999s"),
        (60.0, "1m0s"),
        (60.01, "1m0.01s"),
        (3600.0, "1h0m0s"),
        (86_400.0, "24h0m0s"),
    ],
)
def test_the_edges_of_the_notation(seconds: float, text: str) -> None:
    assert go_duration(seconds) == text


def test_a_float_a_hair_below_a_millisecond_is_not_cut_to_the_one_before() -> None:
    assert 1.001 * 1000 < 1001
    assert go_duration(1.001) == "1.001s"


@given(st.floats(min_value=0, max_value=10 * 86_400))
def test_what_is_written_is_less_than_a_millisecond_short_and_never_long(seconds: float) -> None:
    short_ms = seconds * 1000 - in_ms(go_duration(seconds))
    assert -0.002 < short_ms < 1


@given(st.integers(min_value=0, max_value=10 * 86_400_000))
def test_whole_milliseconds_survive_the_way_through_a_float(ms: int) -> None:
    assert in_ms(go_duration(ms / 1000)) == ms
    assert whole_ms(ms / 1000) == ms


@given(st.integers(min_value=1, max_value=10 * 86_400_000))
def test_no_zero_ends_the_decimals_and_no_empty_part_leads(ms: int) -> None:
    text = go_duration(ms / 1000)
    assert not re.search(r"\.\d*0s$|^0[hms]|\.s$", text)
