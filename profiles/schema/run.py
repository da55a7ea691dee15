"""`[run]`: how a workload is run where the command line says nothing else."""

from typing import Annotated

from pydantic import Field

from .asking import Objectives, Span, TimeoutsTable
from .reading import Envelope

TimeSpan = Annotated[str, Field(min_length=1)] | Span
"""As on the command line ("90s", "5m"), or a number of seconds."""


class RunTable(Envelope):
    """Each key stands for the flag of its name, which wins over it; but `slo` and `goodput` are added to."""

    users: Annotated[int, Field(ge=1)] | Annotated[str, Field(min_length=1)] | None = None
    """A number, or a plan of them as --users takes it."""
    rate: Annotated[float, Field(gt=0)] | Annotated[str, Field(min_length=1)] | None = None
    """Sessions per second, or a plan of them as --rate takes it."""
    arrivals: Annotated[str, Field(min_length=1)] | None = None
    spawn_rate: Annotated[float, Field(gt=0)] | None = None
    run_time: TimeSpan | None = None
    requests: Annotated[int, Field(ge=1)] | None = None
    think_time: Annotated[float, Field(ge=0)] | None = None
    model: Annotated[str, Field(min_length=1)] | None = None
    price_as: Annotated[str, Field(min_length=1)] | None = None
    """The model at whose price others count whose own is not known."""
    retry: str | None = None
    seed: int | None = None
    timeouts: TimeoutsTable = TimeoutsTable()
    stop_timeout: TimeSpan | None = None
    slo: Objectives | None = None
    """What the whole run is held against, or a class, a stage or a label of it: "mixed:ttft.p95 < 800ms"."""
    goodput: Objectives | None = None
    """What each request has to keep to count as good, or those of a class: "mixed: ttft < 800ms"."""
