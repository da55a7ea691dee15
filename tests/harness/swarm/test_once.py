"""Doing something once."""

import gevent
from gevent.event import Event

from harness.swarm.once import Once


def test_whoever_comes_meanwhile_waits_and_later_ones_do_not() -> None:
    seen: list[str] = []
    may_end = Event()

    def work() -> None:
        seen.append("begun")
        may_end.wait()
        seen.append("done")

    once = Once(work)
    assert not once.begun

    def come_later() -> None:
        once()
        seen.append("second is through")

    first, second = gevent.spawn(once), gevent.spawn(come_later)
    gevent.sleep(0)
    assert (once.begun, seen) == (True, ["begun"])
    may_end.set()
    gevent.joinall([first, second])
    once()
    assert seen == ["begun", "done", "second is through"]
