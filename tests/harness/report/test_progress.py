"""The line that shows how a run is going."""

import io
import re

import pytest
from rich.console import Console
from rich.text import Text

from harness.report.live import LiveLine
from harness.report.progress import Progress, worker_line
from profiles.record import Outcome, Record, Tokens


def record(outcome: Outcome, first_token_ms: float | None = None, completion: int | None = None) -> Record:
    return Record(
        id="c.1",
        attempt=1,
        class_="a",
        model="m",
        stream=True,
        intended_at=100.0,
        sent_at=100.0,
        outcome=outcome,
        first_token_ms=first_token_ms,
        tokens=None if completion is None else Tokens(1, completion),
    )


def test_the_line_says_how_attempts_ended_and_how_fast_tokens_come() -> None:
    progress = Progress()
    for outcome, ttft_ms, completion in (
        ("complete", 200.0, 30),
        ("complete", 200.0, 30),
        ("rate_limited", None, None),
        ("server_error", None, None),
        ("truncated", 900.0, 20),
    ):
        progress.add(record(outcome, ttft_ms, completion))  # type: ignore[arg-type]
    line = progress.line(2.0, users=3)
    assert " ".join(line.split()) == (
        "2 s 3 users 5 requests 2 complete 1 x 429 2 failed TTFT p50 201 ms 40.0 tokens/s"
    )


def test_the_rate_is_that_of_the_last_seconds() -> None:
    progress = Progress()
    progress.add(record("complete", 1.0, 1000))
    for elapsed_s in range(1, 12):
        line = progress.line(float(elapsed_s), users=1)
    assert line.endswith(" 0.0 tokens/s")
    progress.add(record("complete", 1.0, 50))
    assert progress.line(12.0, users=1).endswith(" 10.0 tokens/s")


def test_before_anything_happened_there_is_nothing_to_say() -> None:
    assert "TTFT p50       –" in Progress().line(0.0, users=0)


def test_a_plain_log_gets_a_line_every_two_seconds() -> None:
    out = io.StringIO()
    with LiveLine(Console(file=out, width=80)) as live:
        for tenth in range(50):
            live.show(tenth / 10, lambda tenth=tenth: f"at {tenth}")  # type: ignore[misc]
        live.say("[said]")
    assert out.getvalue().splitlines() == ["at 20", "at 40", "[said]"]


def test_a_terminal_gets_one_line_that_changes_and_is_gone_in_the_end() -> None:
    out = io.StringIO()
    with LiveLine(Console(file=out, width=80, force_terminal=True)) as live:
        for tenth in range(20):
            live.show(tenth / 10, lambda tenth=tenth: f"at {tenth}")  # type: ignore[misc]
    assert set(re.findall(r"at (\d+)", out.getvalue())) == {"5", "10", "15"}
    assert out.getvalue().endswith("\x1b[2K\x1b[?25h"), "the line is erased, and the cursor to be seen"


def test_a_terminal_gets_the_picture_for_its_width_where_there_is_one() -> None:
    out = io.StringIO()
    with LiveLine(Console(file=out, width=33, force_terminal=True)) as live:
        live.show(1.0, lambda: "line", lambda width: [Text(f"{width} columns")])
        live.say("said")
    assert live.draws
    assert re.sub(r"\x1b\[[?\d]*[a-zA-Z]|\r", "", out.getvalue()) == "33 columnssaid\n"


def test_a_terminal_that_cannot_move_its_cursor_gets_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    out = io.StringIO()
    with LiveLine(Console(file=out, width=80, force_terminal=True)) as live:
        live.show(2.0, lambda: "line", lambda _: [Text("picture")])
    assert (live.draws, out.getvalue()) == (False, "line\n")


def test_the_workers_of_a_machine_have_a_line_of_their_own() -> None:
    assert worker_line(12.3, 40, 1234) == "  12 s   40 users  1,234 records"
