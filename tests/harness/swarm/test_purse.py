"""What the users of a process may spend."""

from collections.abc import Callable, Iterator
from typing import Any

import gevent
import pytest
from gevent.event import Event
from msgspec.structs import replace

from harness.money.amount import NOTHING, Amount, Caps
from harness.money.bank import Ask, Bank
from harness.money.spending import Money
from harness.swarm.messages import ask_from_dict, ask_to_dict
from harness.swarm.purse import Leased, Unlimited
from harness.swarm.treasury import Treasury
from profiles.catalogue import load_catalogue
from profiles.record import Record, Tokens

MINI = load_catalogue().by_name["gpt-4o-mini"]
BODY = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Why?"}], "max_tokens": 100}
DONE = Record(
    id="c.1",
    attempt=1,
    class_="a",
    model="gpt-4o-mini",
    stream=False,
    intended_at=0.0,
    outcome="complete",
    tokens=Tokens(9, 10),
)


class Rig:
    """A purse and a bank in one process, as `Solo` has them; asks are kept back while `silent`."""

    def __init__(self, caps: Caps) -> None:
        self.bank = Bank(caps)
        self.draining = Event()
        self.silent = False
        self.asks: list[Ask] = []
        self.purse = Leased(caps, self._tell, self.draining, lambda _model: MINI)

    def _tell(self, ask: Ask) -> None:
        self.asks.append(ask)
        if not self.silent:
            self.purse.heard(self.bank.answer(0, ask))

    def hold(self) -> Any:
        return self.purse.hold(BODY)


@pytest.fixture
def rig() -> Iterator[Callable[..., Rig]]:
    rigs: list[Rig] = []

    def made(**caps: Any) -> Rig:
        rigs.append(Rig(Caps(**caps)))
        return rigs[-1]

    yield made
    for each in rigs:
        each.purse.close()


def test_what_is_settled_can_be_held_again_and_what_is_not_spent_goes_back(rig: Callable[..., Rig]) -> None:
    one = rig(tokens=300)
    worst = one.hold()
    assert worst.tokens > 100
    one.purse.settle(worst, DONE)
    assert one.hold() == worst
    one.purse.settle(worst, replace(DONE, tokens=None, outcome="server_error", status=503))
    one.purse.close()
    assert one.bank.spent.tokens == 19 + worst.tokens
    assert one.bank.left.tokens == 300 - one.bank.spent.tokens


def test_who_finds_too_little_waits_until_something_comes_back(rig: Callable[..., Rig]) -> None:
    one = rig(requests=9, tokens=200)
    worst = one.hold()
    waiting = [gevent.spawn(one.hold) for _ in range(2)]
    gevent.idle()
    assert not any(each.ready() for each in waiting)
    one.purse.settle(worst, DONE)
    assert waiting[0].get(timeout=10) == worst
    assert not waiting[1].ready()
    one.draining.set()
    assert waiting[1].get(timeout=10) is None
    assert one.hold() is None


def test_who_is_killed_while_waiting_holds_nothing(rig: Callable[..., Rig]) -> None:
    one = rig(requests=1)
    worst = one.hold()
    waiting = gevent.spawn(one.hold)
    gevent.idle()
    waiting.kill()
    one.purse.settle(worst, DONE)
    one.purse.close()
    assert one.bank.reserved == NOTHING


def test_a_late_grant_is_enough_for_all_whom_it_can_pay(rig: Callable[..., Rig]) -> None:
    one = rig(requests=2)
    one.silent = True
    waiting = [gevent.spawn(one.hold) for _ in range(3)]
    gevent.idle()
    assert one.asks[0].need == Amount(1)
    one.purse.heard(Amount(2))
    assert [each.get(timeout=10) is not None for each in waiting[:2]] == [True, True]
    gevent.idle()
    assert not waiting[2].ready()
    one.draining.set()
    assert waiting[2].get(timeout=10) is None


def test_without_caps_nothing_is_counted() -> None:
    purse = Unlimited()
    assert purse.hold({}) == NOTHING


def test_a_treasury_says_how_it_stands_once_and_ends_the_run_when_it_is_dry() -> None:
    said: list[Any] = []
    ended: list[int] = []
    treasury = Treasury(Caps(requests=2), said.append, lambda: ended.append(1))
    need = Ask(spent=NOTHING, returned=NOTHING, need=Amount(1), wish=Amount(2))
    assert treasury.answer(0, need) == Amount(2)
    treasury.tell()
    treasury.tell()
    assert [event["event"] for event in said] == ["money"]
    spent = Ask(spent=Amount(2, 30), returned=NOTHING, need=Amount(1))
    treasury.answer(0, spent)
    treasury.answer(0, spent)
    assert ended == [1]
    assert said[-1] | {"event": "money"} == said[-1]
    assert (said[-1]["requests"], said[-1]["tokens"], said[-1]["dry"]) == (2, 30, True)
    facts = treasury.facts()
    assert facts["money"] == {"max_requests": 2, "requests": 2, "tokens": 30, "dry": True}
    assert facts["notes"] == ["the budget was used up (2 of 2 requests): what was left could not pay the next request"]
    assert Treasury(Caps(), said.append, lambda: None).facts() == {}


def test_what_the_preflight_spent_is_part_of_the_same_budget() -> None:
    money = Money(cap_usd=0.4, spent_usd=0.1, reserved_usd=0.0, max_requests=9, requests=3, tokens=50)
    whole = money.after(Amount(1, 20, 100_000_000))
    assert (whole.cap_usd, whole.spent_usd, whole.max_requests, whole.requests, whole.tokens) == (0.5, 0.2, 10, 4, 70)
    assert str(whole) == "$0.2 of $0.5, 4 of 10 requests"


def test_an_ask_travels_as_numbers() -> None:
    ask = Ask(spent=Amount(1, 2, 3), returned=Amount(4), need=Amount(0, 5), wish=Amount(0, 0, 6))
    assert ask_from_dict(ask_to_dict(ask)) == ask


def test_who_is_killed_when_its_budget_has_just_come_gives_it_back(rig: Callable[..., Rig]) -> None:
    one = rig(tokens=150)
    worst = one.hold()
    waiting = gevent.spawn(one.hold)
    gevent.idle()
    free = replace(DONE, tokens=None, outcome="connect_error")
    waiting.kill(block=False)
    one.purse.settle(worst, free)  # its budget is there before the kill has reached it
    gevent.idle()
    one.purse.close()
    assert one.bank.reserved == NOTHING
