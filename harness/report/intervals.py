"""How far the figures of a table can be trusted, in a line."""

from collections.abc import Iterator

from ..measure.section import Section
from .numbers import duration


def intervals_line(whole: Section) -> Iterator[str]:
    """The 95 % intervals of the complete share and of the percentiles mostly looked at, where there are any."""
    said = []
    complete = whole.requests.shares.get("complete")
    if complete is not None:
        low, high = complete.ci
        said.append(f"complete {complete.share:.2%} ({low:.2%} to {high:.2%})")
    for name, distribution in (("TTFT", whole.ttft_ms), ("total", whole.e2e_ms)):
        low_ms, high_ms = distribution.ci["p95"]
        if distribution.p95 is not None and low_ms is not None:
            until = f"to {duration(high_ms)}" if high_ms is not None else "or more"
            said.append(f"{name} p95 {duration(distribution.p95)} ({duration(low_ms)} {until})")
    if said:
        yield f"95 % intervals: {'; '.join(said)}"
