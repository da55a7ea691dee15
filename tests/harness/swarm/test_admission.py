"""Who may begin what, and when."""

import itertools

import gevent
from gevent.event import Event

from harness.load.demand import ByUsers
from harness.load.grammar import plan_of
from harness.swarm.admission import Entry, Freely, Turnstile, Zero, lead_s
from harness.swarm.opening import Opening
from harness.swarm.roster import Roster


def turnstile(plan: str, draining: Event, over: Event) -> Turnstile:
    return Turnstile(ByUsers(plan_of(plan)), itertools.count(), draining, over.set)


def test_without_a_plan_whoever_is_free_begins() -> None:
    free = Freely(itertools.count(3, 2))
    assert [free.enter(0), free.enter(9)] == [Entry(3), Entry(5)]
    assert free.stays(9)
    assert (free.has_begun, free.present(7), free.finish()) == (True, 7, ([], None))


def test_users_come_when_the_plan_comes_to_their_seat() -> None:
    draining, over = Event(), Event()
    door = turnstile("0-0.05s: 1, 0.05-0.1s: 2, 0.1-0.15s: 1", draining, over)
    came = [gevent.spawn(door.enter, seat) for seat in range(3)]
    gevent.sleep(0)
    assert not door.has_begun
    assert not any(user.ready() for user in came), "the load has not begun"
    door.start(0.0)
    gevent.joinall(came[:2], timeout=5)
    assert [user.value for user in came[:2]] == [Entry(0), Entry(1)]
    assert door.stays(0)
    assert over.wait(5)
    assert not door.stays(1), "the plan has come down again"
    assert not came[2].ready(), "the plan never comes to it"
    draining.set()
    gevent.joinall(came, timeout=5)
    assert came[2].value is None
    assert (door.present(9), door.present(0)) == (1, 0)


def test_users_who_wait_go_home_when_the_run_ends_before_it_begins() -> None:
    draining = Event()
    door = turnstile("0-5s: 1", draining, Event())
    waiting = gevent.spawn(door.enter, 0)
    gevent.sleep(0)
    draining.set()
    waiting.join(5)
    assert waiting.value is None


def test_stages_are_told_by_the_clock_of_the_process() -> None:
    door = turnstile("0-5s: 1, 5-9s: 2", Event(), Event())
    assert door.stage_at(0.0) is None
    door.start(0.0)
    at = Zero.after(0.0).at
    assert [door.stage_at(at + after_s) for after_s in (1, 6, 99)] == ["0-5s: 1", "5-9s: 2", "5-9s: 2"]
    assert door.finish() == ([], None)


def test_the_more_users_the_longer_the_lead() -> None:
    assert 0.5 <= lead_s(1) < lead_s(2000) < 5


def test_the_master_opens_a_load_once_when_all_who_are_left_take_part() -> None:
    roster, opening = Roster(["a_1", "b_2"]), Opening(ByUsers(plan_of("0-5s: 4, 5-9s: 2")))
    one, other = roster
    one.joined = True
    assert opening.due(roster) is None
    assert not opening.has_begun
    assert opening.present(9) == 9
    other.gone = "lost"
    assert opening.due(roster) == 0.5
    assert opening.due(roster) is None
    assert opening.present(9) == 4


def test_without_a_plan_there_is_nothing_to_open() -> None:
    opening = Opening(None)
    assert (opening.due(Roster([])), opening.has_begun, opening.present(3)) == (None, True, 3)
