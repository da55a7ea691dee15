"""How late a process is to notice things."""

import time
from collections.abc import Iterator
from time import monotonic

import gevent
import pytest

from harness.client.lag import TICK_S, LagWatch


@pytest.fixture
def watch() -> Iterator[LagWatch]:
    watch = LagWatch()
    yield watch
    watch.close()


def test_a_process_that_stood_still_was_late_by_as_much(watch: LagWatch) -> None:
    begun_s = monotonic()
    gevent.sleep(2 * TICK_S)
    time.sleep(0.1)
    gevent.sleep(2 * TICK_S)
    assert watch.worst_s(begun_s) >= 0.1 - 2 * TICK_S


def test_it_is_late_even_before_it_comes_to_notice(watch: LagWatch) -> None:
    gevent.sleep(2 * TICK_S)
    time.sleep(0.1)
    assert watch.worst_s(monotonic()) >= 0.1 - 2 * TICK_S


def test_what_was_before_does_not_count(watch: LagWatch, monkeypatch: pytest.MonkeyPatch) -> None:
    watch.close()
    now_s = [100.0]
    monkeypatch.setattr("harness.client.lag.monotonic", lambda: now_s[0])
    watch._due_s = 100.0
    for now_s[0] in (100.5, 101.0, 103.0, 103.6):
        watch._tick()
        watch._due_s = now_s[0]  # due again at once
    now_s[0] = 103.6
    assert watch.worst_s(103.9) == pytest.approx(2.0)
    assert watch.worst_s(100.2) == pytest.approx(2.0)
    assert watch.worst_s(104.0) == 0.0


def test_seconds_are_counted_by_how_late_and_how_busy_they_were(
    watch: LagWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch.close()
    clocks = {"now": 100.0, "cpu": 0.0}
    monkeypatch.setattr("harness.client.lag.monotonic", lambda: clocks["now"])
    monkeypatch.setattr("harness.client.lag.time.process_time", lambda: clocks["cpu"])
    watch._begun_s = watch._second_s = watch._due_s = 100.0
    watch._begun_cpu_s = watch._second_cpu_s = 0.0
    for clocks["now"], late_s, clocks["cpu"] in (
        (100.0, 0.0, 0.0),
        (100.9, 0.06, 0.2),
        (101.0, 0.0, 0.3),  # the second behind it was late
        (102.0, 0.0, 1.29),  # and this one busy
        (105.0, 2.5, 1.3),  # from here on it stood still: three seconds in one
        (106.0, 0.0, 1.3),
    ):
        watch._due_s = clocks["now"] - late_s
        watch._tick()
    seen = watch.watched()
    assert (seen.seconds, seen.late, seen.busy) == (6, 2, 1)
    assert (seen.lag_max_ms, seen.cpu) == (2500.0, 0.217)
