"""The bank and its leases: whatever happens in whatever order, what is spent and reserved stays within the caps."""

from collections import deque
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from harness.money.amount import NOTHING, Amount, Caps, nano_usd
from harness.money.bank import Ask, Bank, Lease

HOLDERS = 3
some = st.builds(Amount, st.integers(0, 3), st.integers(0, 60), st.integers(0, 50))
holders = st.integers(0, HOLDERS - 1)


class Interleaving(RuleBasedStateMachine):
    """Holders and a bank with a network between them that delays, doubles and drops, and holders that die."""

    def __init__(self) -> None:
        super().__init__()
        self.caps = Caps(requests=12, tokens=300, cost_usd=200 / 1e9)
        self.bank = Bank(self.caps)
        self.leases = [Lease(self.caps) for _ in range(HOLDERS)]
        self.flying: list[list[tuple[Amount, Amount]]] = [[] for _ in range(HOLDERS)]
        self.asks: deque[tuple[int, Ask]] = deque()
        self.grants: deque[tuple[int, Amount]] = deque()
        self.dead: set[int] = set()

    @rule(who=holders, worst=some, share=st.floats(0, 1))
    def send(self, who: int, worst: Amount, share: float) -> None:
        if who not in self.dead and self.leases[who].reserve(worst):
            cost = Amount(worst.requests, int(worst.tokens * share), int(worst.nano_usd * share))
            self.flying[who].append((worst, cost))

    @rule(who=holders)
    def end(self, who: int) -> None:
        if who not in self.dead and self.flying[who]:
            self.leases[who].settle(*self.flying[who].pop(0))

    @rule(who=holders, need=some, wish=some)
    def ask(self, who: int, need: Amount, wish: Amount) -> None:
        if who not in self.dead:
            self.leases[who].give_back(wish)
            self.asks.append((who, self.leases[who].ask(need, wish)))

    @precondition(lambda self: self.asks)
    @rule(at=st.integers(0, 50), again=st.booleans(), dropped=st.booleans())
    def arrive(self, at: int, again: bool, dropped: bool) -> None:
        who, ask = self.asks[at % len(self.asks)]
        if not again:
            del self.asks[at % len(self.asks)]
        if not dropped:
            self.grants.append((who, self.bank.answer(who, ask)))

    @precondition(lambda self: self.grants)
    @rule(at=st.integers(0, 50), again=st.booleans())
    def hear(self, at: int, again: bool) -> None:
        who, granted = self.grants[at % len(self.grants)]
        if not again:
            del self.grants[at % len(self.grants)]
        if who not in self.dead:
            self.leases[who].take(granted)

    @rule(who=holders, back=st.booleans())
    def lose(self, who: int, back: bool) -> None:
        self.bank.lost(who)
        if back:  # it was silent only
            self.bank.lost(who, lost=False)
        else:
            self.dead.add(who)

    @invariant()
    def the_caps_hold(self) -> None:
        used = sum((lease.spent + lease.reserved for lease in self.leases), start=NOTHING)
        assert used.fits(self.caps.limit)

    @invariant()
    def the_bank_never_counts_less_than_was_spent_and_told(self) -> None:
        assert (self.bank.spent + self.bank.reserved).fits(self.caps.limit)


TestInterleaving = Interleaving.TestCase
TestInterleaving.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


@given(st.integers(1, 4), st.integers(1, 40), st.integers(0, 1000))
def test_a_cap_on_requests_is_used_to_the_last_one(workers: int, cap: int, seed: int) -> None:
    """Requests cost what they reserve: whoever asks in whatever order, all of the cap is used and then it is dry."""
    rng = Random(seed)
    caps = Caps(requests=cap)
    bank, leases = Bank(caps), [Lease(caps) for _ in range(workers)]
    sent = 0
    while not bank.dry:
        who = rng.randrange(workers)
        lease = leases[who]
        if lease.reserve(Amount(1)):
            lease.settle(Amount(1), Amount(1))
            sent += 1
        elif rng.random() < 0.3:
            lease.give_back()
        else:
            lease.give_back()
            lease.take(bank.answer(who, lease.ask(need=Amount(1), wish=Amount(rng.randint(0, 5)))))
        if rng.random() < 0.2:  # holders that send nothing give back what they hold
            idle = rng.randrange(workers)
            leases[idle].give_back()
            bank.answer(idle, leases[idle].ask())
    assert sent == cap


def is_dry(bank: Bank) -> bool:
    """It changes, which mypy does not believe of an attribute that was looked at before."""
    return bank.dry


def test_who_waits_is_not_told_that_it_is_dry_as_long_as_something_may_come_back() -> None:
    caps = Caps(tokens=100)
    bank, first, second = Bank(caps), Lease(caps), Lease(caps)
    worst = Amount(1, 80)
    first.take(bank.answer(0, first.ask(need=worst)))
    assert first.reserve(worst)
    assert bank.answer(1, second.ask(need=worst)) == NOTHING
    assert not is_dry(bank)
    first.settle(worst, Amount(1, 15))
    first.give_back()
    bank.answer(0, first.ask())
    second.take(bank.answer(1, second.ask(need=worst)))
    assert second.reserve(worst)
    second.settle(worst, Amount(1, 30))
    second.give_back()
    bank.answer(1, second.ask(need=worst))
    assert is_dry(bank)
    assert bank.spent == Amount(2, 45)


def test_what_a_dead_holder_held_never_comes_back() -> None:
    caps = Caps(requests=10)
    bank, dead, alive = Bank(caps), Lease(caps), Lease(caps)
    dead.take(bank.answer(0, dead.ask(need=Amount(1), wish=Amount(6))))
    assert bank.answer(1, alive.ask(need=Amount(5))) == NOTHING
    assert not is_dry(bank)
    bank.lost(0)
    assert bank.answer(1, alive.ask(need=Amount(5))) == NOTHING
    assert is_dry(bank)
    assert bank.left == Amount(4)
    assert bank.reserved == Amount(6)


def test_what_cost_more_than_its_worst_case_is_held_against_what_is_left() -> None:
    caps = Caps(tokens=100)
    bank, lease = Bank(caps), Lease(caps)
    lease.take(bank.answer(0, lease.ask(need=Amount(1, 60))))
    assert lease.reserve(Amount(1, 60))
    lease.settle(Amount(1, 60), Amount(1, 75))
    assert not lease.reserve(Amount(1, 1))
    bank.answer(0, lease.ask())
    assert bank.left == Amount(0, 25)


def test_no_cap_is_no_limit() -> None:
    caps = Caps(requests=1)
    lease = Lease(caps)
    lease.take(Bank(caps).answer(0, lease.ask(need=Amount(1, 10**9, 10**15))))
    assert lease.reserve(Amount(1, 10**9, 10**15))
    assert not lease.reserve(Amount(1))


@pytest.mark.parametrize(("usd", "nano"), [(0.0, 0), (1.5e-7, 150), (1e-9, 1), (1.0000001e-9, 1), (1.2e-9, 2)])
def test_dollars_are_rounded_up_but_not_for_the_noise_of_their_binary_form(usd: float, nano: int) -> None:
    assert nano_usd(usd) == nano


def test_caps_are_said_in_a_line_and_shrink() -> None:
    caps = Caps(requests=1_000, tokens=20_000, cost_usd=0.5)
    assert str(caps) == "$0.5 and 1,000 requests and 20,000 tokens"
    assert caps.less(Amount(1, 10, 100_000_000)) == Caps(requests=999, tokens=19_990, cost_usd=0.4)
    assert not Caps().any
    assert Caps(cost_usd=1.0).any
