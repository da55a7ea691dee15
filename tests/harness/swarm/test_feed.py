"""Handing what is due to users who are free."""

import time
from collections.abc import Callable, Iterator

import gevent
import pytest
from gevent.event import Event

from harness.load.arrivals import arrivals_of
from harness.load.demand import ByRate, ByTrace, Open
from harness.load.grammar import plan_of
from harness.load.trace import Row
from harness.swarm.admission import Entry
from harness.swarm.feed import Feed
from harness.swarm.share import Share

AT_ONCE = [Row(0.0, 10, 5), Row(0.0, 20, 6), Row(0.0, 30, 7)]


class Floor:
    """Users at a feed: what each of them was given, in order, until they leave."""

    def __init__(self, demand: Open, share: Share | None = None) -> None:
        self.draining, self.ended, self.came = Event(), Event(), Event()
        self.allowed = True
        self.just_before: Callable[[], object] = lambda: None
        self.feed = Feed(demand, share or Share(), self.draining, self._spent, self.ended.set)
        self.given: list[tuple[int, Entry | None]] = []

    def _spent(self) -> bool:
        self.just_before()
        return not self.allowed

    def user(self, seat: int, busy: Event | None = None) -> gevent.Greenlet:
        """A user who takes one arrival after another, each until `busy` is set."""

        def work() -> None:
            while (entry := self.feed.enter(seat)) is not None:
                self.given.append((seat, entry))
                self.came.set()
                if busy is not None:
                    busy.wait()
            self.given.append((seat, None))

        return gevent.spawn(work)

    @property
    def sessions(self) -> list[int]:
        return [entry.session for _, entry in self.given if entry is not None]


@pytest.fixture
def floor() -> Iterator[Callable[..., Floor]]:
    floors: list[Floor] = []

    def made(demand: Open, share: Share | None = None) -> Floor:
        floors.append(Floor(demand, share))
        return floors[-1]

    yield made
    for each in floors:
        each.draining.set()


def test_arrivals_begin_in_order_with_their_own_times_and_sizes(floor: Callable[..., Floor]) -> None:
    here = floor(ByTrace.of(iter([Row(0.0, 10, 5), Row(0.02), Row(0.04, 30, 7)])))
    for seat in range(3):
        here.user(seat)
    assert not here.feed.has_begun
    here.feed.start(0.0)
    assert here.ended.wait(5)
    first, second, third = (entry for _, entry in here.given if entry is not None)
    assert (first.session, first.traced, first.prompt_tokens, first.completion_tokens) == (0, True, 10, 5)
    assert (second.prompt_tokens, third.completion_tokens) == (None, 7)
    assert first.intended_at is not None
    assert [entry.intended_at for entry in (second, third)] == pytest.approx(
        [first.intended_at + 0.02, first.intended_at + 0.04]
    )


def test_a_worker_takes_its_share(floor: Callable[..., Floor]) -> None:
    here = floor(ByTrace.of(iter(AT_ONCE * 2)), Share(1, 3))
    here.user(1)
    here.feed.start(0.0)
    assert here.ended.wait(5)
    assert here.sessions == [1, 4]


def test_who_became_free_last_is_the_next(floor: Callable[..., Floor]) -> None:
    here = floor(ByTrace.of(iter([Row(number / 100) for number in range(5)])))
    for seat in range(3):
        here.user(seat)
    here.feed.start(0.0)
    assert here.ended.wait(5)
    assert {seat for seat, entry in here.given if entry is not None} == {2}


def test_what_finds_no_free_user_waits_and_counts(floor: Callable[..., Floor]) -> None:
    here, busy = floor(ByTrace.of(iter(AT_ONCE))), Event()
    here.user(0, busy)
    here.feed.start(0.0)
    gevent.wait([here.ended], timeout=0.05)
    assert here.sessions == [0]
    busy.set()
    assert here.ended.wait(5), "of a trace every request is sent"
    assert here.sessions == [0, 1, 2]
    unsent, fed = here.feed.finish()
    assert unsent == []
    assert (fed.users, fed.due, fed.waited, fed.unsent) == (1, 3, 2, 0)
    assert fed.longest_wait_s >= 0.04
    assert fed.needed >= 2


def test_what_waits_when_a_plan_is_over_is_told_as_not_sent(floor: Callable[..., Floor]) -> None:
    here = floor(ByRate(plan_of("0-0.05s: 60"), arrivals_of("constant"), seed=0))
    here.user(0, Event())
    here.feed.start(0.0)
    assert here.ended.wait(5)
    here.draining.set()
    unsent, fed = here.feed.finish()
    assert [entry.session for entry in unsent] == [1, 2]
    assert all(entry.intended_at is not None and not entry.traced for entry in unsent)
    assert (fed.due, fed.waited, fed.unsent, fed.needed) == (3, 2, 2, 3)


def test_users_who_wait_go_home_when_the_run_ends(floor: Callable[..., Floor]) -> None:
    here = floor(ByTrace.of(iter([Row(0.0), Row(3600.0)])))
    users = [here.user(seat) for seat in range(2)]
    here.feed.start(0.0)
    gevent.sleep(0)
    here.draining.set()
    assert len(gevent.joinall(users, timeout=5)) == 2
    assert here.feed.enter(7) is None
    assert not here.ended.is_set()


def test_a_user_who_is_killed_leaves_what_it_was_given_to_others(floor: Callable[..., Floor]) -> None:
    here = floor(ByTrace.of(iter([Row(0.0), Row(0.01)])))
    user = here.user(0)
    gevent.sleep(0)
    user.kill()
    here.feed.start(0.0)
    gevent.wait([here.ended], timeout=0.05)
    here.user(1)
    assert here.ended.wait(5)
    assert here.sessions == [0, 1]


def test_what_is_handed_to_a_user_who_is_being_killed_is_not_lost(floor: Callable[..., Floor]) -> None:
    here = floor(ByTrace.of(iter([Row(0.0)])))
    user = here.user(0)
    gevent.sleep(0)
    here.just_before = lambda: user.kill(block=False)
    here.feed.start(0.0)
    user.join(5)
    assert here.sessions == []
    here.user(1)
    assert here.ended.wait(5)
    assert here.sessions == [0]


def test_nothing_is_handed_out_when_no_call_is_left(floor: Callable[..., Floor]) -> None:
    here = floor(ByTrace.of(iter(AT_ONCE)))
    here.allowed = False
    here.user(0)
    here.feed.start(0.0)
    gevent.sleep(0.02)
    assert here.sessions == []
    assert here.feed.finish()[0] == []


def test_a_time_falls_in_a_stage_of_the_plan(floor: Callable[..., Floor]) -> None:
    here = floor(ByRate(plan_of("0-5s: 1, 5-9s: 2"), arrivals_of("constant"), seed=0))
    assert here.feed.stage_at(0.0) is None
    here.user(0)
    here.feed.start(-1.0)
    assert here.came.wait(5)
    (entry,) = (entry for _, entry in here.given[:1])
    assert entry is not None
    assert entry.intended_at is not None
    assert here.feed.stage_at(entry.intended_at) == "0-5s: 1"
    assert here.feed.stage_at(entry.intended_at + 5) == "5-9s: 2"
    assert (here.feed.present(9), here.feed.present(0)) == (0, 0)


def test_a_process_that_stood_still_hands_out_late_and_says_so(floor: Callable[..., Floor]) -> None:
    some = floor(ByTrace.of(iter([Row(0.0), Row(0.01), Row(0.02)])))
    some.user(0)
    gevent.sleep(0)
    some.feed.start(0.0)
    time.sleep(0.1)
    assert some.ended.wait(10)
    _, fed = some.feed.finish()
    assert (fed.due, fed.late + fed.waited) == (3, 3)
    assert fed.late >= 1
    assert fed.latest_s >= 0.05
