"""What the attempts of a run come to so far, small enough to travel every few seconds: for those who watch it live."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

from profiles.record import Outcome, Record

from .goodput import NO_OBJECTIVES, Objectives
from .histogram import LogHistogram
from .measured import measured

TIMES: Final = ("ttft_ms", "e2e_ms", "itl_ms")
TOKENS: Final = ("prompt", "completion", "cached", "reasoning")
_PICO: Final = 1_000_000_000_000


@dataclass(slots=True)
class Times:
    """A histogram of milliseconds and its sum."""

    histogram: LogHistogram = field(default_factory=LogHistogram)
    sum_ms: float = 0.0

    def add(self, value_ms: float) -> None:
        """Count a value; what the clock makes negative is zero."""
        value_ms = max(value_ms, 0.0)
        self.histogram.add(value_ms)
        self.sum_ms += value_ms

    def merge(self, buckets: Mapping[int, int], sum_ms: float) -> None:
        """Add the counts of another one."""
        self.histogram.merge(buckets)
        self.sum_ms += sum_ms


@dataclass(slots=True)
class ClassPulse:
    """A class so far: outcomes of all attempts, times and tokens of complete ones, money of those that were priced.

    `kept` counts those that were complete and kept their objectives; None where they have none.
    """

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    tokens: Counter[str] = field(default_factory=Counter)
    picodollars: int = 0
    times: dict[str, Times] = field(default_factory=lambda: {name: Times() for name in TIMES})
    kept: int | None = None

    @property
    def cost_usd(self) -> float:
        """What its attempts cost."""
        return self.picodollars / _PICO

    def add(self, record: Record) -> None:
        """Take one attempt in."""
        self.outcomes[record.outcome] += 1
        if record.cost_usd is not None:
            self.picodollars += round(record.cost_usd * _PICO)
        # This is done on the users' time, for every attempt: no loops over names.
        tokens, sums = record.tokens, self.tokens
        if tokens is not None:
            sums["prompt"] += tokens.prompt or 0
            sums["completion"] += tokens.completion or 0
            sums["cached"] += tokens.cached or 0
            sums["reasoning"] += tokens.reasoning or 0
        if record.outcome != "complete" or record.sent_at is None:
            return
        times = self.times
        late_ms = max((record.sent_at - record.intended_at) * 1000, 0.0)
        if record.first_token_ms is not None:
            times["ttft_ms"].add(late_ms + record.first_token_ms)
        if record.done_ms is not None:
            times["e2e_ms"].add(late_ms + record.done_ms)
        if record.itl is not None:
            times["itl_ms"].merge(record.itl.buckets, record.itl.sum_ms)

    def merge(self, other: "ClassPulse") -> None:
        """Add what another one has counted."""
        self.outcomes.update(other.outcomes)
        self.tokens.update(other.tokens)
        self.picodollars += other.picodollars
        for name, times in other.times.items():
            self.times[name].merge(times.histogram.buckets, times.sum_ms)
        if other.kept is not None:
            self.kept = (self.kept or 0) + other.kept

    def to_dict(self) -> dict[str, Any]:
        """It as a message."""
        return {
            "outcomes": dict(self.outcomes),
            "tokens": dict(self.tokens),
            "picodollars": self.picodollars,
            "times": {name: (times.histogram.buckets, times.sum_ms) for name, times in self.times.items()},
            "kept": self.kept,
        }

    @classmethod
    def from_dict(cls, table: Mapping[str, Any]) -> Self:
        """The one in a message."""
        times = {name: Times(LogHistogram(buckets), sum_ms) for name, (buckets, sum_ms) in table["times"].items()}
        return cls(Counter(table["outcomes"]), Counter(table["tokens"]), table["picodollars"], times, table["kept"])


class Pulse:
    """A run so far, or what came since somebody asked last: `classes` by name, and of each model the latest limits."""

    def __init__(self, objectives: Objectives = NO_OBJECTIVES) -> None:
        self._objectives = objectives
        self.classes: dict[str, ClassPulse] = {}
        self.limits: dict[str, dict[str, str]] = {}
        self.first_at: float | None = None
        self.last_at: float | None = None

    @property
    def length_s(self) -> float | None:
        """From the first sending to the last end, None while it has no length."""
        if self.first_at is None or self.last_at is None:
            return None
        return self.last_at - self.first_at if self.last_at > self.first_at else None

    @property
    def whole(self) -> ClassPulse:
        """All classes together."""
        whole = ClassPulse()
        for part in self.classes.values():
            whole.merge(part)
        return whole

    def add(self, record: Record) -> None:
        """Take one attempt in."""
        part = self._of(record.class_)
        part.add(record)
        if self._objectives:
            good = record.outcome == "complete" and self._objectives.kept(record.class_, measured(record))
            part.kept = (part.kept or 0) + good
        if record.ratelimit:
            self._hear_limits(record.model, record.ratelimit)
        if record.sent_at is not None:
            self._stretch(record.sent_at, record.sent_at + (record.done_ms or 0.0) / 1000)

    def taken(self) -> dict[str, Any]:
        """It as a message; from now on it counts anew."""
        message = {
            "classes": {name: part.to_dict() for name, part in self.classes.items()},
            "limits": self.limits,
            "first_at": self.first_at,
            "last_at": self.last_at,
        }
        self.clear()
        return message

    def merge(self, message: Mapping[str, Any]) -> None:
        """Add what came in a message."""
        for name, table in message["classes"].items():
            self._of(name).merge(ClassPulse.from_dict(table))
        for model, headers in message["limits"].items():
            self._hear_limits(model, headers)
        if message["first_at"] is not None and message["last_at"] is not None:
            self._stretch(message["first_at"], message["last_at"])

    def clear(self) -> None:
        """Nothing has happened yet."""
        self.classes, self.limits = {}, {}
        self.first_at = self.last_at = None

    def _hear_limits(self, model: str, headers: Mapping[str, str]) -> None:
        """What an answer does not say stays as it was: a refusal often names no limit, only how long to wait."""
        self.limits[model] = {**self.limits.get(model, {}), **headers}

    def _of(self, name: str) -> ClassPulse:
        if name not in self.classes:
            self.classes[name] = ClassPulse()
        return self.classes[name]

    def _stretch(self, first_at: float, last_at: float) -> None:
        self.first_at = first_at if self.first_at is None else min(self.first_at, first_at)
        self.last_at = last_at if self.last_at is None else max(self.last_at, last_at)
