"""What a person is shown of a verification."""

import io
from dataclasses import replace

from rich.console import Console

from harness.report.terminal import WIDTH
from harness.verify.level import AS_USUAL, Exact, Level
from harness.verify.report import Verification, show

LEVEL = Level(
    streams=2_000,
    requests=9_000,
    complete=9_000,
    missing=0,
    events_per_s=91_234.5,
    first_ms=Exact(9_000, 0.11, 1.12, 101.3),
    last_ms=Exact(9_000),
    gap_ms=Exact(9_000, -0.21, 2.22, 10_023.4),
    end_ms=Exact(9_000, 0.31, 33.32, 133.4),
    itl=-0.0012,
    tokens_differ=1_234,
    lag_ms=Exact(9_000, 4.1, 44.2, 45.3),
    mock_late_ms=55.5,
)


def shown(*levels: Level) -> list[str]:
    out = io.StringIO()
    found = Verification(levels=levels, bounds=AS_USUAL, matrix=None, chunks=True)
    show(Console(file=out, width=WIDTH), found)
    return out.getvalue().splitlines()


def test_first_token_longest_gap_and_end_have_their_p50_p99_and_longest_each() -> None:
    row = next(line.split() for line in shown(LEVEL) if line.split()[:1] == ["2,000"])
    assert row == [
        *("2,000", "91,234", "0.11", "1.12", "101", "-0.21", "2.22", "10023", "0.31", "33.32", "133"),
        *("-0.12%", "1,234", "44.20", "55.50"),
    ]


def test_what_a_sample_does_not_carry_is_a_dash() -> None:
    few = replace(LEVEL, first_ms=Exact(7, 0.11, None, 3.0), itl=None, tokens_differ=0, mock_late_ms=None)
    row = next(line.split() for line in shown(few) if line.split()[:1] == ["2,000"])
    assert row[2:5] == ["0.11", "–", "3.00"]
    assert row[11:] == ["–", "0", "44.20", "–"]
