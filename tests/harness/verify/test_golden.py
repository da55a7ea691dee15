"""What is shown of a verification, and its file, against what they were when somebody last looked at them."""

import io
from collections import Counter
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from harness.report.terminal import WIDTH
from harness.verify.level import AS_USUAL, Exact
from harness.verify.matrix import Cell, Matrix
from harness.verify.report import Verification, show
from profiles.due import DUE, Due
from tests.golden import as_it_was
from tests.harness.verify.test_report import LEVEL

GOLDEN = Path(__file__).parent / "golden"
RIGHT = {Cell(fault, True, due, due): 40 for fault, (due, _) in DUE.items()}
WRONG = {Cell("truncate", False, Due("complete", ""), DUE["truncate"][1]): 3}
FOUND = Verification(
    levels=[replace(LEVEL, streams=200, first_ms=Exact(900, 0.11, 1.12, 4.3), end_ms=Exact(900, 0.3, 3.1, 4.4)), LEVEL],
    bounds=AS_USUAL,
    matrix=Matrix(Counter(RIGHT | WRONG), (("outage", False),)),
    chunks=False,
)


def test_it_is_shown_as_it_was() -> None:
    out = io.StringIO()
    show(Console(file=out, width=WIDTH), FOUND)
    as_it_was(GOLDEN / "terminal.txt", out.getvalue())


def test_its_file_is_as_it_was() -> None:
    as_it_was(GOLDEN / "verification.json", FOUND.to_json().decode())
