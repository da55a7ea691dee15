from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import orjson
import pytest

from harness.run.folder import RunFolder
from harness.run.folds import Folds
from harness.run.gates import Gates
from harness.run.judging import judge_again
from harness.run.results import Results
from harness.run.settings import SettingError
from harness.run.warming import loop_of, warm_up_of
from profiles.record import Record
from tests.harness.measure.test_summary import done


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (None, None),
        ("", None),
        ("off", None),
        ("0", None),
        ("auto", "auto"),
        ("30s", 30.0),
        ("1m30s", 90.0),
        ("5", 5.0),
    ],
)
def test_a_warm_up_is_a_time_or_auto(text: str | None, wanted: object) -> None:
    assert warm_up_of(text) == wanted


def test_anything_else_is_refused_in_a_line() -> None:
    with pytest.raises(SettingError, match=r"^--warm-up: 'soon' is no time; write 30s, 2m, auto or off$"):
        warm_up_of("soon")


@pytest.mark.parametrize(
    ("run", "loop"),
    [
        ({}, None),
        ({"settings": {"users": 5}}, "closed"),
        ({"settings": {"users_plan": "0-60s: 1->5"}}, "closed"),
        ({"settings": {"rate": "20", "users": 50}}, "open"),
        ({"settings": {"trace": "two-minutes"}}, "open"),
    ],
)
def test_whether_sessions_wait_for_others_is_known_from_the_settings(run: dict[str, Any], loop: str | None) -> None:
    assert loop_of(run) == loop


def fed(records: Iterable[Record]) -> Callable[[Folds], None]:
    """Lets records be read again."""

    def take_in(folds: Folds) -> None:
        for record in records:
            folds.add(record)

    return take_in


RUN = {"settings": {"users": 5}, "ended_at": 1.0, "notes": ["of the run itself"]}


def test_a_warm_up_is_off_unless_asked_for(tmp_path: Path) -> None:
    records = [done(n) for n in range(100)]
    results = Results.of(records)
    assert results.warm(RUN, None, fed(records)) == RUN
    summary = results.summary(RUN)
    assert (summary.warm_up, summary.whole.ttft_ms.n, summary.loop) == (None, 100, "closed")
    assert summary.notes[0] == "of the run itself"


def test_what_is_left_out_is_remembered_said_and_can_be_changed() -> None:
    records = [done(n) for n in range(100)]
    results = Results.of(records)
    run = results.warm(RUN, "10s", fed(records))
    summary = results.summary(run)
    assert (summary.whole.ttft_ms.n, summary.whole.requests.total) == (90, 100)
    assert any(note.startswith("warm-up (as asked): the first 10.0 s, 10 of 100 attempts") for note in summary.notes)
    assert run["warm_up"]["until"] == pytest.approx(1010.005)
    again = Results.of(records)
    assert again.summary(again.warm(run, None, fed(records))).to_json() == summary.to_json()
    other = again.warm(run, "20s", fed(records))
    assert again.summary(other).whole.ttft_ms.n == 80
    none = again.warm(run, "off", fed(records))
    assert ("warm_up" in none, again.summary(none).whole.ttft_ms.n) == (False, 100)


def test_stages_are_not_asked_to_be_steady() -> None:
    records = [done(n, done_ms=300.0 + n, class_="c") for n in range(600)]
    assert Results.of(records).summary(RUN).steady is not None
    planned = [done(n, done_ms=300.0 + n, stage=str(n // 300)) for n in range(600)]
    assert Results.of(planned).summary(RUN).steady is None


def test_a_run_is_judged_later_without_its_warm_up(tmp_path: Path) -> None:
    """Slow only at first: with all of it p95 is over the limit, without the warm-up it is not."""
    records = [done(n, done_ms=2000.0 if n < 20 else 100.0, first_token_ms=50.0) for n in range(120)]
    (tmp_path / "records.jsonl").write_bytes(b"".join(record.to_json() + b"\n" for record in records))
    gates = Gates.of(["e2e.p95 < 1s"])
    held = []
    for asked in ("off", "30s"):
        run = Results.of(records).warm(RUN, asked, fed(records))
        (tmp_path / "run.json").write_bytes(orjson.dumps(run))
        (result,) = judge_again(RunFolder(tmp_path), gates).slo
        held.append(result.held)
    assert held == [False, True]
