"""What a run can be told as: a function each, from the findings to the text of a file."""

import io
from collections.abc import Callable, Mapping
from typing import Final

from rich.console import Console

from .findings import Findings
from .html.page import html
from .junit import junit
from .markdown import markdown
from .stats_csv import stats_csv
from .terminal import WIDTH, show
from .timeseries_csv import timeseries_csv

Reporter = Callable[[Findings], str]

TERMINAL: Final = "terminal"


def terminal(findings: Findings) -> str:
    """The summary as it is printed, without colours."""
    console = Console(file=io.StringIO(), width=WIDTH)
    show(
        console,
        findings.summary,
        findings.failures,
        findings.folder,
        findings.mismatches,
        look_at=findings.look_at,
    )
    written: str = console.file.getvalue()  # type: ignore[attr-defined]
    return written


def as_json(findings: Findings) -> str:
    """summary.json."""
    return findings.summary.to_json().decode()


REPORTERS: Final[Mapping[str, Reporter]] = {
    TERMINAL: terminal,
    "html": html,
    "json": as_json,
    "markdown": lambda findings: markdown(findings.summary, findings.folder),
    "junit": lambda findings: junit(findings.summary),
    "timeseries": timeseries_csv,
    "stats": stats_csv,
}
"""By the name that --format knows them by."""

FILES: Final[Mapping[str, str]] = {
    "html": "report.html",
    "timeseries": "timeseries.csv",
    "stats": "stats.csv",
}
"""Those that every run leaves in its folder, and what they are called there."""
