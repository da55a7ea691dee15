"""Money by model, and what the tokens were that it was paid for."""

from dataclasses import dataclass, field
from typing import Final

from profiles.record import Record

_PICO: Final = 1_000_000_000_000


@dataclass(slots=True)
class Spent:
    """The attempts at one model: tokens, and dollars in whole trillionths, so that order does not matter."""

    attempts: int = 0
    prompt: int = 0
    cached: int = 0
    completion: int = 0
    reasoning: int = 0
    priced: int = 0
    _pico: int = 0

    @property
    def usd(self) -> float | None:
        """What they cost, None where none has a price."""
        return self._pico / _PICO if self.priced else None

    def add(self, record: Record) -> None:
        """Take in an attempt."""
        self.attempts += 1
        if record.tokens is not None:
            self.prompt += record.tokens.prompt or 0
            self.cached += record.tokens.cached or 0
            self.completion += record.tokens.completion or 0
            self.reasoning += record.tokens.reasoning or 0
        if record.cost_usd is not None:
            self.priced += 1
            self._pico += round(record.cost_usd * _PICO)


@dataclass(slots=True)
class Costs:
    """Costs in the making."""

    _models: dict[str, Spent] = field(default_factory=dict)

    def add(self, record: Record) -> None:
        """Take in an attempt."""
        spent = self._models.get(record.model)
        if spent is None:
            spent = self._models[record.model] = Spent()
        spent.add(record)

    def ordered(self) -> list[tuple[str, Spent]]:
        """By model."""
        return sorted(self._models.items())
