"""Whether the one who measures kept up: what a process saw of itself, and what the mock saw of itself."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

LATE_MS: Final = 50.0
"""A second in which a process stood still for longer is a late one: what was due then was sent late."""
BUSY: Final = 0.95
"""Of one core, which is all that a process of the harness can use."""
TOO_OFTEN: Final = 0.5
"""The share of late or busy seconds that makes a bottleneck."""
LEAST_S: Final = 10
"""A shorter run proves nothing of that kind."""
COMFORTABLE: Final = 0.6
"""How busy a worker should be: there is room then for what comes at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What a process saw of itself: for so many seconds, of which it was late or busy in so many.

    `lag_max_ms` is the most that it was late to notice anything, `cpu` the share of a core that it used on average.
    """

    seconds: int
    late: int
    busy: int
    lag_max_ms: float
    cpu: float

    def to_dict(self) -> dict[str, Any]:
        """It as JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class MockSecond:
    """A second of the mock, until `at` (epoch seconds): how late streams were played, how long it stood still, its
    share of a core."""

    at: float
    pacing_max_ms: float
    loop_lag_ms: float
    cpu: float


MOCK_LATE_MS: Final = 20.0


def client_bottleneck(parts: Sequence[Watched]) -> str | None:
    """Why the load's own processes were what held it up, and how many would do; None when they were not."""
    held = [part for part in parts if part.seconds >= LEAST_S and max(part.late, part.busy) >= TOO_OFTEN * part.seconds]
    if not held:
        return None
    worst = max(held, key=lambda part: max(part.late, part.busy) / part.seconds)
    many = f"{len(held)} of {len(parts)} workers" if len(parts) > 1 else "the process"
    if worst.busy >= TOO_OFTEN * worst.seconds:
        enough = max(math.ceil(len(parts) * worst.cpu / COMFORTABLE), len(parts) + 1)
        return (
            f"the client was the bottleneck: {many} used a whole core for {worst.busy} of {worst.seconds} s; "
            f"{enough} would do (--processes {enough})"
        )
    return (
        f"the client was the bottleneck: {many} stood still for up to {worst.lag_max_ms:.0f} ms, more than "
        f"{LATE_MS:g} ms in {worst.late} of {worst.seconds} s, without using a whole core: "
        "something else uses this machine; give the harness one of its own"
    )


def bottlenecks(parts: Sequence[Watched]) -> list[str]:
    """What these processes prove against their run."""
    why = client_bottleneck(parts)
    return [] if why is None else [why]


def mock_bottleneck(seconds: Sequence[MockSecond]) -> tuple[str | None, bool]:
    """What the mock's seconds say against it in a line, and whether that was so often that the run proves nothing."""
    late = [second for second in seconds if second.pacing_max_ms > MOCK_LATE_MS]
    still = [second for second in seconds if second.loop_lag_ms > LATE_MS]
    busy = [second for second in seconds if second.cpu > BUSY]
    said = "; ".join(_of_mock(late, still, busy))
    if not said:
        return None, False
    often = max(len(late), len(still), len(busy)) >= TOO_OFTEN * len(seconds) and len(seconds) >= LEAST_S
    verdict = "the mock was the bottleneck" if often else "the mock did not keep up throughout"
    return f"{verdict}: {said} (of {len(seconds)} s)", often


def _of_mock(late: Sequence[MockSecond], still: Sequence[MockSecond], busy: Sequence[MockSecond]) -> Iterator[str]:
    if late:
        worst_ms = max(second.pacing_max_ms for second in late)
        yield f"streams were played up to {worst_ms:.0f} ms late, more than {MOCK_LATE_MS:g} ms in {len(late)} s"
    if still:
        worst_ms = max(second.loop_lag_ms for second in still)
        yield f"it stood still for up to {worst_ms:.0f} ms, more than {LATE_MS:g} ms in {len(still)} s"
    if busy:
        yield f"it used a whole core in {len(busy)} s"
