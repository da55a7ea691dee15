"""Counters of what happened, plain numbers until somebody asks for them."""

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from typing import Final, Protocol

SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Upper bounds of the histograms' buckets; what is longer is in one more."""
OTHER: Final = "other"
"""What stands for routes and models that clients make up: each would be a metric of its own."""
_MOST_SERIES: Final = 1_000


class Noted(Protocol):
    """What is counted of a request that is over."""

    @property
    def route(self) -> str: ...
    @property
    def known_model(self) -> str | None: ...
    @property
    def stream(self) -> bool: ...
    @property
    def status(self) -> int | None: ...
    @property
    def fault(self) -> str | None: ...
    @property
    def received_at(self) -> float: ...
    @property
    def first_token_at(self) -> float | None: ...
    @property
    def done_at(self) -> float | None: ...
    @property
    def hung_up_at(self) -> float | None: ...
    @property
    def sent_tokens(self) -> int: ...


@dataclass(slots=True)
class Histogram:
    """How often a duration fell into each bucket, and the sum of all, in seconds."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(SECONDS) + 1))
    sum_s: float = 0.0

    def add(self, seconds: float) -> None:
        """Count a duration; a bound belongs to the bucket below it."""
        self.counts[bisect_left(SECONDS, seconds)] += 1
        self.sum_s += seconds


@dataclass(slots=True)
class Counts:
    """All that was counted since the server began: measured, not intended."""

    requests: Counter[tuple[str, str, bool, int]] = field(default_factory=Counter)
    """By route, model, stream and status; 0 is no answer."""
    faults: Counter[str] = field(default_factory=Counter)
    sent_tokens: int = 0
    hung_up: int = 0
    ttft: Histogram = field(default_factory=Histogram)
    """Of streams: from the request to its first token."""
    e2e: Histogram = field(default_factory=Histogram)

    def note(self, request: Noted, known_route: str) -> None:
        """Count a request. `known_route` is its route, as long as it is one of ours: clients can ask for any."""
        key = (known_route, request.known_model or "", request.stream, request.status or 0)
        if key not in self.requests and len(self.requests) >= _MOST_SERIES:
            key = (known_route, OTHER, request.stream, request.status or 0)
        self.requests[key] += 1
        if request.fault is not None:
            self.faults.update(request.fault.split("+"))
        self.sent_tokens += request.sent_tokens
        if request.hung_up_at is not None:
            self.hung_up += 1
        if request.stream and request.first_token_at is not None:
            self.ttft.add(request.first_token_at - request.received_at)
        if request.status == 200 and request.done_at is not None:
            self.e2e.add(request.done_at - request.received_at)
