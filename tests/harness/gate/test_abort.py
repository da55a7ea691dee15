"""When a run is to end early."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.gate.abort import Aborts, Condition, condition_of
from profiles.record import Record
from tests.harness.gate.attempts import RECORDS, attempt, many
from tests.harness.gate.test_slo import slos


def reason(text: str, *batches: tuple[float, Sequence[Record]], at_s: float | None = None) -> str:
    """What one condition says after these batches, each of which came at a time."""
    aborts = Aborts([condition_of(text)])
    for came_at_s, records in batches:
        aborts.add(records, came_at_s)
    return aborts.reason(batches[-1][0] if at_s is None else at_s)


FAILED = many(10, "truncated")
WELL = many(10, first=10)


@pytest.mark.parametrize(
    ("text", "batches", "said"),
    [
        ("errors > 20%", [(5.0, [*FAILED, *WELL])], "errors > 20%: 50 % in the last 30 s (20 attempts)"),
        ("errors > 50%", [(5.0, [*FAILED, *WELL])], ""),
        ("errors > 20%", [(5.0, [*FAILED, *WELL[:9]])], ""),
        ("errors > 20%", [(5.0, FAILED), (9.0, WELL)], "errors > 20%: 50 % in the last 30 s (20 attempts)"),
        ("errors > 20%", [(5.0, FAILED), (40.0, WELL * 2)], ""),
        ("errors > 20% over 40s", [(5.0, FAILED), (40.0, WELL * 2)], "errors > 20% over 40s: 33.3333 % in the last 40"),
        ("errors > 20% over 1m", [(5.0, FAILED), (40.0, WELL * 2)], "errors > 20% over 1m: 33.3333 % in the last 60 s"),
        ("complete < 60%", [(5.0, [*FAILED, *WELL])], "complete < 60%: 50 % in the last 30 s"),
        ("short:errors > 20%", [(5.0, [*FAILED, *WELL])], "short:errors > 20%: 50 %"),
        ("class=long:errors > 20%", [(5.0, [*FAILED, *WELL])], ""),
        ("label a=b:errors > 20%", [(5.0, many(20, "truncated", labels={"a": "b"}))], "label a=b:errors > 20%: 100 %"),
        ("ramp:errors > 20%", [(5.0, many(20, "truncated", stage="ramp"))], "ramp:errors > 20%: 100 %"),
        ("ttft.p95 > 100ms", [(5.0, many(59))], "ttft.p95 > 100ms: 200 ms in the last 30 s (59 attempts)"),
        ("ttft.p95 > 100ms", [(5.0, many(58))], ""),
        ("ttft.p95 > 5s", [(5.0, many(59))], ""),
        ("e2e_all.p50 > 60s", [(5.0, FAILED)], "e2e_all.p50 > 60s: beyond all limits: failures in the last 30 s"),
        ("cost > 1usd", [(5.0, many(100))], ""),
        ("cost > 1usd", [(5.0, many(100)), (90.0, many(1, first=100))], "cost > 1usd: 1.01 usd so far (101 attempts)"),
        ("consecutive_failures >= 10", [(5.0, FAILED)], "consecutive_failures >= 10: 10 failed in a row"),
        ("consecutive_failures > 10", [(5.0, FAILED)], ""),
        ("consecutive_failures >= 11", [(5.0, FAILED)], ""),
        ("consecutive_failures >= 10", [(5.0, FAILED[:5]), (6.0, FAILED[5:])], "consecutive_failures >= 10: 10 fail"),
        ("consecutive_failures >= 10", [(5.0, [*FAILED[:5], attempt(4), *FAILED[5:]])], ""),
        ("consecutive_failures >= 10", [(5.0, [*FAILED[:5], attempt(4, "abandoned"), *FAILED[5:]])], "consecutive_fai"),
    ],
)
def test_a_condition_is_met_by_what_came_in_its_window(
    text: str, batches: list[tuple[float, list[Record]]], said: str
) -> None:
    told = reason(text, *batches)
    assert told.startswith(said)
    assert bool(told) is bool(said)


def test_what_came_from_several_files_is_taken_in_the_order_in_which_it_ended() -> None:
    one, other = many(10, "truncated"), many(10, first=0)
    assert reason("consecutive_failures >= 3", (5.0, [*one, *other])) == ""


def test_the_first_condition_that_is_met_is_told_and_they_are_looked_at_once_a_second() -> None:
    aborts = Aborts(map(condition_of, ("cost > 1usd", "errors > 90%", "errors > 20%")))
    aborts.add([*FAILED, *WELL], 5.0)
    assert aborts.reason(5.1).startswith("errors > 20%")
    assert aborts.reason(5.9) == ""
    assert aborts.reason(6.0).startswith("errors > 20%")
    assert Aborts(()).reason(5.0) == ""


@given(slos().filter(lambda slo: slo.metric != "cost"), RECORDS, st.floats(1, 600))
def test_any_figure_may_end_a_run_and_none_raises(slo: object, records: list[Record], at_s: float) -> None:
    assert reason(f"{slo} over 60s", (at_s, records * 7)) is not None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", '\'\' is no condition; write for example "errors > 20%", "ttft.p95 > 5s over 60s"'),
        ("errors", "'errors' is no condition; write for example"),
        ("errors > 20", "errors is a share; write for example 20%, not 20"),
        ("eror > 20%", "there is no figure 'eror'; did you mean 'errors'?"),
        ("errors > 20% over 0.5s", "looks back too little; write 1s or more, such as 30s"),
        ("cost > 1usd over 30s", "cost is that of the whole run so far; leave 'over' out"),
        (
            "consecutive_failures < 10",
            "is no number of failures in a row; write for example consecutive_failures >= 10",
        ),
        ("consecutive_failures >= 0", "is no number of failures in a row"),
    ],
)
def test_what_cannot_be_meant_is_said_with_what_would_be_right(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        condition_of(text)
    assert said in str(caught.value)


def test_a_condition_keeps_what_was_written() -> None:
    condition = condition_of(" short:ttft.p95 > 5s over 2m ")
    assert isinstance(condition, Condition)
    assert (condition.text, condition.window_s) == ("short:ttft.p95 > 5s over 2m", 120.0)
    assert str(condition.scope) == "short"
