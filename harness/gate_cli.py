"""`harness gate`: a run that is over, judged later."""

from pathlib import Path
from typing import Annotated, Final

import typer

from . import options_gate
from .report.terminal import stdout, verdict_lines
from .run.exits import exit_of
from .run.folder import RunFolder
from .run.gates import Gates
from .run.judging import judge_again

EXAMPLES: Final = """Examples:

`harness gate runs/mixed-20260102-101500`, by the SLOs of the run itself

`harness gate runs/mixed-20260102-101500 --slo "ttft.p95 < 800ms" --slo "streaming:itl.p99 < 120ms"`"""


def gate(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="A run folder, such as runs/basic-...")],
    *,
    slo: options_gate.LaterSlos = None,
    goodput: options_gate.LaterGoodput = None,
) -> None:
    """Judge a run that is over by its records, or by its summary.json where only that was kept.

    Changes nothing in the folder. An interrupted run is judged by what there is of it.

    Exit codes: 0 every SLO held; 1 an SLO broken, or the run aborted; 2 usage; 3 the run proves nothing, or has too few
    records to judge an SLO.
    """
    summary = judge_again(RunFolder(folder), Gates.of(slo or (), goodput=goodput or ()))
    console = stdout()
    for line in verdict_lines(summary):
        console.print(line, soft_wrap=True, highlight=False)
    raise typer.Exit(exit_of(summary))
