"""The stages of a load beside each other."""

from collections.abc import Sequence

from rich import box
from rich.markup import escape
from rich.table import Table

from ..measure.summary import Stage
from .numbers import duration, rate


def stages_table(stages: Sequence[Stage]) -> Table:
    """Attempts, outcomes and latency by stage, in their order. Attempts belong to the stage in which they were due."""
    table = Table(
        title="by stage of the load",
        title_justify="left",
        title_style="italic",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    table.add_column("stage", no_wrap=True)
    for heading in ("requests", "complete", "429", "5xx", "TTFT p50", "p95", "total p50", "p95", "tokens/s"):
        table.add_column(heading, justify="right")
    for stage in stages:
        section = stage.section
        requests = section.requests
        counts = (requests.total, requests.by_outcome.get("complete", 0), requests.status_429, requests.status_5xx)
        times = (section.ttft_ms.p50, section.ttft_ms.p95, section.e2e_ms.p50, section.e2e_ms.p95)
        cells = [*(f"{count:,}" for count in counts), *map(duration, times), rate(section.tokens.total_per_s)]
        table.add_row(escape(stage.name), *cells)
    return table
