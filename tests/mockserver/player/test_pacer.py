from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from mockserver.player.pacer import PARTS_PER_TICK, SLOTS_PER_S, Pacer


@dataclass
class Hand:
    """A clock and a timer that the test turns."""

    now: float = 1000.0
    at: float | None = None
    closed: bool = False
    fire: Callable[[], None] = lambda: None

    def open(self, on_fire: Callable[[], None]) -> "Hand":
        self.fire = on_fire
        return self

    def set(self, at: float) -> None:
        self.at = at

    def clear(self) -> None:
        self.at = None

    def close(self) -> None:
        self.closed = True

    @property
    def is_set(self) -> bool:
        return self.at is not None

    def turn(self) -> None:
        """Go on to the instant that the timer is set to, and let it fire."""
        assert self.at is not None
        self.now = max(self.now, self.at)
        self.fire()

    def run_down(self) -> None:
        """Turn until nothing is left to do."""
        for _ in range(10_000):
            if self.at is None:
                return
            self.turn()
        raise AssertionError("the pacer does not come to rest")


@dataclass(eq=False)
class Notes:
    """A part with a list of deadlines."""

    deadlines: list[float]
    fails_at: float | None = None
    slot: int = 0
    played: list[float] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)

    def play(self, now: float) -> float | None:
        if self.deadlines[0] == self.fails_at:
            raise RuntimeError("wrong note")
        self.played.append(now)
        del self.deadlines[0]
        return self.deadlines[0] if self.deadlines else None

    def fail(self, error: Exception) -> None:
        self.errors.append(error)


def started(hand: Hand, *parts: Notes) -> Pacer:
    pacer = Pacer(hand.open, clock=lambda: hand.now)
    for part in parts:
        pacer.add(part, part.deadlines[0])
    return pacer


@given(
    st.lists(
        st.lists(st.floats(0, 2), min_size=1, max_size=8).map(sorted),
        min_size=1,
        max_size=20,
    )
)
def test_nothing_is_early_and_nothing_later_than_a_slot(offsets: list[list[float]]) -> None:
    hand = Hand()
    parts = [Notes([hand.now + offset for offset in line]) for line in offsets]
    planned = [list(part.deadlines) for part in parts]
    started(hand, *parts)
    hand.run_down()
    for part, deadlines in zip(parts, planned, strict=True):
        assert len(part.played) == len(deadlines)
        for number, (at, due) in enumerate(zip(part.played, deadlines, strict=True)):
            assert at >= due
            # A part plays once a slot: deadlines of its own that share one come out in the following slots.
            assert at <= due + (number + 1) / SLOTS_PER_S + 1e-9


def test_a_tick_ends_after_so_many_parts_and_goes_on_at_once() -> None:
    hand = Hand()
    parts = [Notes([1000.5]) for _ in range(2 * PARTS_PER_TICK + 1)]
    pacer = started(hand, *parts)
    hand.turn()
    assert sum(len(part.played) for part in parts) == PARTS_PER_TICK
    assert hand.at is not None
    assert hand.at <= hand.now
    hand.turn()
    hand.turn()
    assert all(part.played for part in parts)
    assert len(pacer) == 0
    assert not hand.is_set


def test_a_part_that_fails_is_told_and_the_others_go_on() -> None:
    hand = Hand()
    parts = [Notes([1000.1, 1000.2, 1000.3]) for _ in range(3)]
    parts[1].fails_at = 1000.2
    started(hand, *parts)
    hand.run_down()
    assert [len(part.played) for part in parts] == [3, 1, 3]
    assert [str(error) for error in parts[1].errors] == ["wrong note"]


def test_a_removed_part_is_gone_at_once() -> None:
    hand = Hand()
    leaving, staying = Notes([1000.5]), Notes([1000.5])
    pacer = started(hand, leaving, staying)
    assert len(pacer) == 2
    pacer.remove(leaving)
    assert len(pacer) == 1
    pacer.remove(leaving)
    hand.run_down()
    assert (leaving.played, len(staying.played)) == ([], 1)


def test_a_part_that_is_behind_does_not_hold_up_the_others() -> None:
    hand = Hand()
    behind, punctual = Notes([1000.0] * 500), Notes([1000.0005 * 1 + 0.001 * i for i in range(100)])
    started(hand, behind, punctual)
    hand.now = 1000.05
    hand.turn()
    assert (len(behind.played), len(punctual.played)) == (1, 1)
    hand.run_down()
    assert (len(behind.played), len(punctual.played)) == (500, 100)


def test_an_earlier_part_sets_the_timer_forward() -> None:
    hand = Hand()
    pacer = started(hand, Notes([1002.0]))
    assert hand.at is not None
    assert hand.at >= 1002.0
    pacer.add(Notes([1001.0]), 1001.0)
    assert 1001.0 <= hand.at < 1001.001


def test_the_timer_is_only_set_when_something_changes() -> None:
    hand = Hand()
    pacer = started(hand, Notes([1001.0]))
    hand.at = None
    pacer.add(Notes([1002.0]), 1002.0)
    assert hand.at is None


def test_begin_plays_what_is_due_and_goes_on_at_the_next_deadline() -> None:
    hand = Hand()
    part = Notes([1000.0, 1000.25])
    pacer = Pacer(hand.open, clock=lambda: hand.now)
    pacer.begin(part)
    assert part.played == [1000.0]
    hand.turn()
    assert part.played[1] >= 1000.25
    assert hand.at is None


def test_begin_survives_a_part_that_fails() -> None:
    hand = Hand()
    part = Notes([1000.0], fails_at=1000.0)
    Pacer(hand.open, clock=lambda: hand.now).begin(part)
    assert len(part.errors) == 1
    assert hand.at is None


def test_a_closed_pacer_forgets_its_parts_and_gives_back_the_timer() -> None:
    hand = Hand()
    pacer = started(hand, Notes([1001.0]))
    pacer.close()
    assert (len(pacer), hand.closed) == (0, True)
