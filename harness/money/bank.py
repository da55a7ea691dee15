"""Caps that hold over all processes of a run: a bank grants leases, requests are paid out of them.

Everything that travels is a sum from the begin on, so it may come late, twice or not at all. Per lease holder:

    granted G     what the bank ever granted        (the bank knows first)
    returned R    what the holder ever gave back    (the holder knows first)
    spent S       what its requests ever cost       (the holder knows first)
    reserved V    the worst cases of what is in flight there

A holder keeps S + V <= G - R by what it knows, and the bank keeps sum(G - R) <= cap by what it knows. A holder never
knows more of G than the bank, nor the bank more of R than the holder: so sum(S + V) <= sum(G - R) <= cap, whatever is
on its way and whoever is dead. What a lost holder was granted stays spent.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from .amount import NOTHING, Amount, Caps


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What a holder tells the bank: `spent` and `returned` so far, what it needs to go on, what it would like to hold.

    `need` is the worst case of a request that waits, all or nothing; nothing where none waits.
    """

    spent: Amount
    returned: Amount
    need: Amount = NOTHING
    wish: Amount = NOTHING


class Lease:
    """The holder's side."""

    def __init__(self, caps: Caps) -> None:
        self._caps = caps
        self.granted = self.returned = self.spent = self.reserved = NOTHING

    @property
    def room(self) -> Amount:
        """What may be reserved; less than nothing where a request cost more than its worst case."""
        return self._caps.counted(self.granted - self.returned - self.spent - self.reserved)

    def reserve(self, worst: Amount) -> bool:
        """Whether a request may be sent that costs so much at worst; it is settled when it has ended."""
        if not self._caps.counted(worst).fits(self.room):
            return False
        self.reserved += worst
        return True

    def settle(self, worst: Amount, cost: Amount) -> None:
        """A request that was reserved has ended, and this is what it cost."""
        self.reserved -= worst
        self.spent += cost

    def give_back(self, keep: Amount = NOTHING) -> bool:
        """Return what is free but for `keep`; whether that was anything."""
        surplus = (self.room - self._caps.counted(keep)).most(NOTHING)
        self.returned += surplus
        return surplus != NOTHING

    def take(self, granted: Amount) -> None:
        """The bank has granted so much in all; an older message changes nothing."""
        self.granted = self.granted.most(granted)

    def ask(self, need: Amount = NOTHING, wish: Amount = NOTHING) -> Ask:
        """What to tell the bank now."""
        return Ask(
            spent=self.spent,
            returned=self.returned,
            need=self._caps.counted(need),
            wish=self._caps.counted(wish).most(NOTHING),
        )


@dataclass(slots=True)
class Account:
    """What the bank knows of a holder."""

    granted: Amount = NOTHING
    returned: Amount = NOTHING
    spent: Amount = NOTHING
    lost: bool = False


class Bank:
    """The bank's side. `dry` is whether somebody needed what can never be granted any more."""

    def __init__(self, caps: Caps) -> None:
        self.caps = caps
        self.dry = False
        self._accounts: dict[int, Account] = {}

    def answer(self, holder: int, ask: Ask) -> Amount:
        """Take in what a holder says; what it is granted in all."""
        account = self._accounts.setdefault(holder, Account())
        account.spent = account.spent.most(ask.spent)
        account.returned = account.returned.most(ask.returned)
        left = self.left
        if ask.need.fits(left):
            account.granted += ask.wish.most(ask.need).least(left)
        elif not ask.need.fits(self.caps.limit - self._gone):
            self.dry = True
        return account.granted

    def lost(self, holder: int, *, lost: bool = True) -> None:
        """A holder is dead, so that nothing of what it holds comes back; or it is back."""
        self._accounts.setdefault(holder, Account()).lost = lost

    @property
    def left(self) -> Amount:
        """What nobody holds."""
        held = _sum(self._held(account) for account in self._accounts.values())
        return (self.caps.limit - held).most(NOTHING)

    @property
    def spent(self) -> Amount:
        """What requests have cost, as far as holders have told."""
        return _sum(account.spent for account in self._accounts.values())

    @property
    def reserved(self) -> Amount:
        """What is leased and not spent: in flight, about to be, or lost with its holder."""
        held = (self._held(account) - self.caps.counted(account.spent) for account in self._accounts.values())
        return _sum(held)

    @property
    def _gone(self) -> Amount:
        """What will never be there again."""
        return _sum(
            self._held(account) if account.lost else self.caps.counted(account.spent)
            for account in self._accounts.values()
        )

    def _held(self, account: Account) -> Amount:
        """What a holder may have used or use; what it said it spent, should that be more."""
        return self.caps.counted((account.granted - account.returned).most(account.spent))


def _sum(amounts: Iterable[Amount]) -> Amount:
    return sum(amounts, start=NOTHING)
