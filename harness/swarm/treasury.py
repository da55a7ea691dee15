"""The budget of a run where it is kept: in its only process, or with the master."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict
from typing import Any

from ..money.amount import Amount, Caps
from ..money.bank import Ask, Bank
from ..money.spending import Money


class Treasury:
    """A bank that says how it stands, and calls `when_dry` once, when it cannot pay the next request."""

    def __init__(self, caps: Caps, say: Callable[[Mapping[str, Any]], None], when_dry: Callable[[], None]) -> None:
        self._bank = Bank(caps)
        self._say = say
        self._when_dry = when_dry
        self._said: Money | None = None

    def answer(self, holder: int, ask: Ask, lost: Collection[int] = ()) -> Amount:
        """What a process is granted in all; of those that are `lost` nothing comes back."""
        was_dry = self._bank.dry
        for each in lost:
            self._bank.lost(each)
        self._bank.lost(holder, lost=False)
        granted = self._bank.answer(holder, ask)
        if self._bank.dry and not was_dry:
            self.tell()
            self._when_dry()
        return granted

    def tell(self) -> None:
        """Say how it stands, if there are caps and that is news."""
        money = self.money
        if money is not None and money != self._said:
            self._said = money
            self._say({"event": "money", **asdict(money)})

    @property
    def money(self) -> Money | None:
        """How it stands; None without caps."""
        return Money.of(self._bank) if self._bank.caps.any else None

    def facts(self) -> dict[str, Any]:
        """What run.json says of it, and what is to be said of it after the run."""
        money = self.money
        if money is None:
            return {}
        return {"money": money.to_dict(), "notes": [] if money.note is None else [money.note]}
