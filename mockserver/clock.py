"""The one place that asks what time it is: monotonic, wall and simulated time, and the scale between them."""

import time
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Clock:
    """A running clock.

    `speed` simulated seconds pass per real second; simulated time begins at `start_at` (epoch seconds). Wall time is
    the epoch time read once plus what the monotonic clock has advanced since, so differences are never torn by a step
    of the system clock.
    """

    speed: float = 1.0
    start_at: float = 0.0
    _monotonic_origin: float = field(default_factory=time.monotonic)
    _wall_origin: float = field(default_factory=time.time)

    def now(self) -> float:
        """Seconds of the monotonic clock: what deadlines are in."""
        return time.monotonic()

    def wall(self, at: float) -> float:
        """The epoch seconds of a monotonic instant."""
        return self._wall_origin + (at - self._monotonic_origin)

    def wall_of_simulated(self, at: float) -> float:
        """The epoch seconds of a simulated instant."""
        return self._wall_origin + (at - self.start_at) / self.speed

    def simulated(self, at: float) -> float:
        """The simulated epoch seconds of a monotonic instant."""
        return self.start_at + (at - self._monotonic_origin) * self.speed
