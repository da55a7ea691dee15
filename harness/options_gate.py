"""The options that hold a run against something, as types: each with its name, its form and its help."""

from typing import Annotated, Final, TypeAlias

import typer

GATES: Final = "What the run is held against (docs/gates.md)"

Slos: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--slo",
        metavar="[SCOPE:]METRIC OP VALUE",
        help='An objective, beside those of the workload (repeatable): "ttft.p95 < 800ms", '
        '"streaming:itl.p99 < 120ms", "complete >= 99.5%", "cost < 2usd". Where one is broken the exit code is 1',
        rich_help_panel=GATES,
    ),
]
