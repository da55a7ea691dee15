"""The options that say what is made of a run, as types."""

from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer

from .report.reporters import FILES, REPORTERS

FILES_OF_RUN: Final = "What the run leaves in its folder (docs/records.md)"

Gzip: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--gzip",
        help="Compress the records when the run has ended; everything here reads .jsonl.gz too",
        rich_help_panel=FILES_OF_RUN,
    ),
]
NoHtml: TypeAlias = Annotated[
    bool,
    typer.Option("--no-html", help=f"Make no {FILES['html']}, only the tables", rich_help_panel=FILES_OF_RUN),
]
Format: TypeAlias = Annotated[
    str, typer.Option("--format", "-f", metavar="FORMAT", help=f"One of {', '.join(REPORTERS)}")
]
ReportOut: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FILE",
        help=f"Where to write it (default: the page to RUN/{FILES['html']}, the others to standard output)",
    ),
]
