"""How a run stands against its caps, as it is told and kept."""

from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from .amount import Amount
from .bank import Bank


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """The caps (None: no such cap) and what of them is spent, and reserved: leased to processes or in flight.

    Of an attempt whose usage nobody knows the worst case is spent. `requests` are attempts. Dollars are None where they
    are not capped: then summary.json has the cost. `dry` is whether a request found no budget any more, which ended it.
    """

    cap_usd: float | None = None
    max_requests: int | None = None
    max_tokens: int | None = None
    spent_usd: float | None = None
    reserved_usd: float | None = None
    requests: int = 0
    tokens: int = 0
    dry: bool = False

    @classmethod
    def of(cls, bank: Bank) -> Self:
        """As the bank knows it."""
        caps, spent = bank.caps, bank.spent
        return cls(
            cap_usd=caps.cost_usd,
            max_requests=caps.requests,
            max_tokens=caps.tokens,
            spent_usd=None if caps.cost_usd is None else spent.usd,
            reserved_usd=None if caps.cost_usd is None else bank.reserved.usd,
            requests=spent.requests,
            tokens=spent.tokens,
            dry=bank.dry,
        )

    def after(self, before: Amount) -> Self:
        """With what was spent before this began, out of the same budget: the caps are those of both."""
        return replace(
            self,
            cap_usd=None if self.cap_usd is None else round(self.cap_usd + before.usd, 9),
            max_requests=None if self.max_requests is None else self.max_requests + before.requests,
            max_tokens=None if self.max_tokens is None else self.max_tokens + before.tokens,
            spent_usd=None if self.spent_usd is None else round(self.spent_usd + before.usd, 9),
            requests=self.requests + before.requests,
            tokens=self.tokens + before.tokens,
        )

    def to_dict(self) -> dict[str, Any]:
        """As JSON values, without the caps that there are not."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    def __str__(self) -> str:
        said = []
        if self.cap_usd is not None:
            said.append(f"${self.spent_usd or 0.0:.4g} of ${self.cap_usd:.4g}")
        if self.max_requests is not None:
            said.append(f"{self.requests:,} of {self.max_requests:,} requests")
        if self.max_tokens is not None:
            said.append(f"{self.tokens:,} of {self.max_tokens:,} tokens")
        return ", ".join(said)

    @property
    def note(self) -> str | None:
        """What is to be said of it after the run, None where the caps did not end it."""
        return f"the budget was used up ({self}): what was left could not pay the next request" if self.dry else None
