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
_KEEPS: Final = (
    'What a request has to keep, besides being complete, to count in goodput (repeatable): "ttft < 800ms, e2e < 10s", '
    '"streaming: tpot < 50ms". Of ttft, first_visible, tpot, e2e'
)
Goodput: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--goodput", metavar="[CLASS:]METRIC < TIME[, ...]", help=_KEEPS, rich_help_panel=GATES),
]
LaterGoodput: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--goodput", metavar="[CLASS:]METRIC < TIME[, ...]", help=f"{_KEEPS}. Added to those of the run itself"
    ),
]
AbortOn: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--abort-on",
        metavar="METRIC OP VALUE [over TIME]",
        help='What ends the run early, with exit code 1 (repeatable): "errors > 20%", "ttft.p95 > 5s over 60s", '
        '"cost > 1usd", "consecutive_failures >= 10". Looks back over 30 s unless it says otherwise',
        rich_help_panel=GATES,
    ),
]
LaterSlos: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--slo",
        metavar="[SCOPE:]METRIC OP VALUE",
        help="An objective (repeatable; docs/gates.md). Without any it is those of the run itself",
    ),
]
