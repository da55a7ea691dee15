"""When the attempts of a run were under way, and how long they took: what is asked of the run's course in time."""

import math
from array import array

from profiles.record import Record


class Series:
    """Every attempt that was sent: when (epoch seconds), how long it took, its TTFT (nan: none), if it was complete."""

    __slots__ = ("complete", "lasted_s", "sent_at", "ttft_ms")

    def __init__(self) -> None:
        self.sent_at = array("d")
        self.lasted_s = array("d")
        self.ttft_ms = array("d")
        self.complete = bytearray()

    def __len__(self) -> int:
        return len(self.sent_at)

    def add(self, record: Record) -> None:
        """Take in one attempt."""
        if record.sent_at is None:
            return
        complete = record.outcome == "complete"
        has_ttft = complete and record.first_token_ms is not None
        self.sent_at.append(record.sent_at)
        self.lasted_s.append((record.done_ms or 0.0) / 1000)
        self.ttft_ms.append(record.first_token_ms if has_ttft and record.first_token_ms is not None else math.nan)
        self.complete.append(complete)

    def merge(self, other: "Series") -> None:
        """Add the attempts of another one."""
        self.sent_at.extend(other.sent_at)
        self.lasted_s.extend(other.lasted_s)
        self.ttft_ms.extend(other.ttft_ms)
        self.complete.extend(other.complete)

    def observations(self) -> list[tuple[float, float]]:
        """When complete attempts were sent and what they took, in the order of sending.

        TTFT in ms where any of them has one, else the whole latency in seconds: which is the same to who asks when it
        settled.
        """
        ttfts = [(at, ms) for at, ms in zip(self.sent_at, self.ttft_ms, strict=True) if not math.isnan(ms)]
        if ttfts:
            return sorted(ttfts)
        return sorted(
            (at, lasted_s)
            for at, lasted_s, complete in zip(self.sent_at, self.lasted_s, self.complete, strict=True)
            if complete
        )
