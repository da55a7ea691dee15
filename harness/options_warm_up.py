"""The option of the warm-up, of `harness run` and `harness report` alike."""

from typing import Annotated, TypeAlias

import typer

WarmUp: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--warm-up",
        metavar="TIME|auto",
        help="Leave what was sent in this time out of latencies and rates: 30s, or auto until they settle (MSER-5); "
        "off: nothing (default). Counts, tokens and cost stay those of the whole run",
    ),
]
