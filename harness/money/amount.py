"""How much of everything that is capped: requests, tokens, dollars. Whole numbers, so that sums are exact."""

from dataclasses import astuple, dataclass
from math import ceil
from typing import Final, Self

NANO: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Amount:
    """So many attempts, prompt and completion tokens together, and billionths of a US dollar."""

    requests: int = 0
    tokens: int = 0
    nano_usd: int = 0

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(*map(sum, zip(self.parts, other.parts, strict=True)))

    def __sub__(self, other: "Amount") -> "Amount":
        return Amount(*(mine - its for mine, its in zip(self.parts, other.parts, strict=True)))

    @property
    def parts(self) -> tuple[int, ...]:
        """The three numbers, as they travel in a message."""
        return astuple(self)

    @property
    def usd(self) -> float:
        """The dollars."""
        return self.nano_usd / NANO

    def fits(self, room: "Amount") -> bool:
        """Whether there is room for it in every respect."""
        return all(mine <= its for mine, its in zip(self.parts, room.parts, strict=True))

    def least(self, other: "Amount") -> "Amount":
        """The smaller one in each respect."""
        return Amount(*map(min, self.parts, other.parts))

    def most(self, other: "Amount") -> "Amount":
        """The larger one in each respect."""
        return Amount(*map(max, self.parts, other.parts))


NOTHING: Final = Amount()


def nano_usd(usd: float) -> int:
    """Dollars as billionths, rounded up: what is spent is never taken for less."""
    return ceil(round(usd * NANO, 3))


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """What a run may use at most: attempts, tokens (prompt and completion), dollars; None is no such cap."""

    requests: int | None = None
    tokens: int | None = None
    cost_usd: float | None = None

    @property
    def any(self) -> bool:
        """Whether there is one."""
        return (self.requests, self.tokens, self.cost_usd) != (None, None, None)

    @property
    def limit(self) -> Amount:
        """The caps as an amount, with 0 where there is none."""
        return Amount(self.requests or 0, self.tokens or 0, int((self.cost_usd or 0.0) * NANO))

    def counted(self, amount: Amount) -> Amount:
        """What of an amount is held against a cap."""
        return Amount(
            0 if self.requests is None else amount.requests,
            0 if self.tokens is None else amount.tokens,
            0 if self.cost_usd is None else amount.nano_usd,
        )

    def less(self, spent: Amount) -> Self:
        """What is left of them. May come to less than nothing."""
        return type(self)(
            requests=None if self.requests is None else self.requests - spent.requests,
            tokens=None if self.tokens is None else self.tokens - spent.tokens,
            cost_usd=None if self.cost_usd is None else self.cost_usd - spent.usd,
        )

    def __str__(self) -> str:
        said = []
        if self.cost_usd is not None:
            said.append(f"${self.cost_usd:.6g}")
        if self.requests is not None:
            said.append(f"{self.requests:,} requests")
        if self.tokens is not None:
            said.append(f"{self.tokens:,} tokens")
        return " and ".join(said) or "no cap"
