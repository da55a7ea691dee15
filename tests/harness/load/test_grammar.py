"""Plans from texts."""

import math

import pytest

from harness.load.grammar import plan_of

INF = math.inf


@pytest.mark.parametrize(
    ("text", "stages"),
    [
        ("20", [(0, INF, 20, 20)]),
        (" 0.5 ", [(0, INF, 0.5, 0.5)]),
        ("0-60s: 1->20, 60-120s: 20", [(0, 60, 1, 20), (60, 120, 20, 20)]),
        ("0-60:1->20,60-120:20,", [(0, 60, 1, 20), (60, 120, 20, 20)]),
        ("0-1m: 5, 1-2m: 10, 2m-1h30m: 2.5", [(0, 60, 5, 5), (60, 120, 10, 10), (120, 5400, 2.5, 2.5)]),
        ("0-1h: 1, 1-2h: 2 -> 0", [(0, 3600, 1, 1), (3600, 7200, 2, 0)]),
        ("0-0.5s: 0, 0.5s-1m: 3", [(0, 0.5, 0, 0), (0.5, 60, 3, 3)]),
        ("ramp: from=0, to=4, time=1m, hold=0", [(0, 60, 0, 4)]),
    ],
)
def test_a_text_says_a_plan(text: str, stages: list[tuple[float, ...]]) -> None:
    assert [(s.start_s, s.end_s, s.begin, s.end) for s in plan_of(text).stages] == stages


def test_stages_are_called_what_a_person_wrote_with_the_blanks_where_they_belong() -> None:
    assert [stage.name for stage in plan_of(" 0-60s:1 -> 20,60-120s :20.0").stages] == ["0-60s: 1->20", "60-120s: 20"]
    assert [stage.name for stage in plan_of("20").stages] == [None]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("many", "'many' is neither a number nor a shape; write 20, \"0-60s: 1->20\", or one of ramp, steps, spike"),
        ("", "'' is no number of users or arrivals per second"),
        ("-5", "'-5' is no number of users or arrivals per second"),
        ("0", "'0' never rises above 0"),
        ("0-60s: 0", "'0-60s: 0' never rises above 0"),
        ("0-60s 5", "'0-60s 5' has no colon behind the time; write 20"),
        ("60s: 5", "'60s: 5' is no stage; write for example 0-60s: 1->20"),
        ("0-60s: ", "'0-60s:' is no stage"),
        ("0-60s: 1->", "'' is no number of users"),
        ("0-60s: a->b", "'a' is no number of users"),
        ("0-soon: 5", "'soon' is not a time span; write 60s, 5m or 1h30m"),
        ("10-60s: 5", "the first stage, '10-60s: 5', must begin at 0; write 0-60s: ..."),
        (
            "0-60s: 5, 70-120s: 9",
            "stage 2, '70-120s: 9', must begin where the one before ends, at 60 s; write 60s-2m: 9",
        ),
        ("0-60s: 5, 50-80s: 9", "stage 2, '50-80s: 9', must begin where the one before ends, at 60 s; write 60-90s: 9"),
        ("0-60s: 5, 60-2m: 9", "'60-2m: 9' ends before it begins, or at once; write units to both, such as 60s-2m"),
        ("0-0s: 5", "'0-0s: 5' ends before it begins"),
        ("spike: bse=5", "'bse=5' is no setting of spike; there are: base, peak, before, time, after"),
        ("spike: base", "'base' is no setting of spike"),
        ("spike: base=x", "spike: base: 'x' is no number of users or arrivals per second; write 20 or 0.5"),
        ("spike: time=x", "spike: time: 'x' is not a time span"),
        ("steps: steps=0", "steps: steps: '0' is no whole number from 1 on"),
        ("spike: before=0, time=0, after=0", 'spike takes no time at all; write for example "spike: base=5, peak=50'),
        ("soak: level=0", "'soak: level=0' never rises above 0"),
    ],
)
def test_what_is_no_plan_is_a_line_with_what_would_be_right(text: str, why: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the text is compared below
        plan_of(text)
    assert str(refused.value).startswith(why)
    assert "\n" not in str(refused.value)
