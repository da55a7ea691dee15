"""Time by hand."""

from dataclasses import dataclass, field

from mockserver.clock import Clock


@dataclass(frozen=True, slots=True)
class SetClock(Clock):
    """A clock that goes only when it is told to."""

    at: list[float] = field(default_factory=lambda: [0.0])

    def now(self) -> float:
        return self.at[0]

    def pass_by(self, seconds: float) -> None:
        self.at[0] += seconds
