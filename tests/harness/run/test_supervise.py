"""Watching real children: the decisions are tested in test_course.py, here is what comes of them."""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from harness.run.course import Seen, Terms
from harness.run.process import Children, Role
from harness.run.said import Event, Listening
from harness.run.supervise import Ending, Interrupts, supervise

STUB = str(Path(__file__).with_name("stub_child.py"))
RUNNING = 'say:{"state": "running", "users": 3}'
LISTENING = 'say:{"event": "listening", "port": 4711}'
CREW: tuple[Role, ...] = ("master", "worker", "worker")


def stub(*deeds: str) -> list[str]:
    return [sys.executable, STUB, *deeds]


class Watched:
    """A supervision, with what was said, heard and seen meanwhile."""

    def __init__(self, folder: Path) -> None:
        self.children = Children(folder / "locust.log", os.environ)
        self.said: list[str] = []
        self.heard: list[Event] = []
        self.seen: Sequence[Seen] = ()
        self.follow: Callable[[Event], None] = lambda _event: None
        self.at_tick: Callable[[Sequence[Seen]], None] = lambda _seen: None
        self.abort = ""

    def launch(self, role: Role, *deeds: str) -> None:
        self.children.launch(role, stub(*deeds))

    def run(self, noted: Interrupts | None = None, run_time_s: float | None = None) -> Ending:
        with self.children as children:
            return supervise(
                children,
                noted or Interrupts(),
                Terms(run_time_s=run_time_s, stop_timeout_s=60.0),
                heard=self._heard,
                tick=self._tick,
                say=self.said.append,
            )

    def _heard(self, event: Event) -> None:
        self.heard.append(event)
        self.follow(event)

    def _tick(self, _elapsed_s: float, seen: Sequence[Seen]) -> str:
        self.seen = seen
        self.at_tick(seen)
        return self.abort


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


def codes(ending: Ending) -> list[int | None]:
    return [child.exit_code for child in ending.children]


def test_a_load_that_ends_by_itself_has_ended_well(watched: Watched) -> None:
    watched.launch("load", "say:hello", RUNNING)
    ending = watched.run()
    assert (codes(ending), ending.why_not, ending.interrupted) == ([0], [], False)
    assert ending.children[0].users == 3
    assert watched.said == []


def test_a_load_is_let_go_when_its_time_is_up(watched: Watched) -> None:
    watched.launch("load", RUNNING, "until-let-go")
    ending = watched.run(run_time_s=0.0)
    assert (codes(ending), ending.why_not) == ([0], [])
    assert watched.said == ["time is up: requests in flight have 60 s to finish"]
    assert watched.seen[0].state == "running"


def test_a_load_is_let_go_when_what_is_seen_aborts_it(watched: Watched) -> None:
    watched.abort = "errors > 20%"
    watched.launch("load", RUNNING, "until-let-go")
    ending = watched.run()
    assert (codes(ending), ending.interrupted, ending.aborted) == ([0], False, "errors > 20%")
    assert watched.said == ["aborting, errors > 20%: requests in flight have 60 s to finish"]


def test_an_interrupt_lets_everybody_go_and_is_told(watched: Watched) -> None:
    for role in CREW:
        watched.launch(role, RUNNING, "until-let-go")
    ending = watched.run(Interrupts(1))
    assert ending.interrupted
    assert codes(ending) == [0, 0, 0]


def test_a_second_interrupt_kills_everybody(watched: Watched) -> None:
    for role in CREW:
        watched.launch(role, "forever")
    ending = watched.run(Interrupts(2))
    assert codes(ending) == [-9, -9, -9]
    assert all(child.killed for child in ending.children)


def test_an_interrupt_of_a_run_that_is_ending_anyway_is_none(watched: Watched, tmp_path: Path) -> None:
    """Whoever stops a group of containers when one has ended interrupts a master that is about to conclude."""
    noted = Interrupts()

    def interrupt(_seen: Sequence[Seen]) -> None:
        noted.count = int(watched.said != [])
        if noted.count:
            (tmp_path / "go").touch()

    watched.at_tick = interrupt
    watched.launch("load", RUNNING, "until-let-go", f"await:{tmp_path}/go")
    ending = watched.run(noted, run_time_s=0.0)
    assert (codes(ending), noted.count, ending.interrupted) == ([0], 1, False)


def test_workers_follow_a_master_that_listens_and_end_with_it(watched: Watched) -> None:
    def follow(event: Event) -> None:
        assert event == Listening(4711)
        watched.launch("worker", 'say:{"state": "running", "users": 1, "worker": 0, "records": 7}', "until-let-go")

    watched.follow = follow
    watched.launch("master", LISTENING, RUNNING, "until-let-go")
    ending = watched.run(run_time_s=0.0)
    assert codes(ending) == [0, 0]
    assert [(child.role, child.worker, child.records) for child in ending.children] == [
        ("master", None, 0),
        ("worker", 0, 7),
    ]


def test_workers_are_let_go_when_their_master_dies(watched: Watched) -> None:
    watched.follow = lambda _event: watched.launch("worker", RUNNING, "until-let-go")
    watched.launch("master", RUNNING, LISTENING, "die:9")
    assert codes(watched.run()) == [-9, 0]
    assert watched.said == ["the master is gone: requests in flight have 60 s to finish"]


def test_the_others_go_on_when_a_worker_dies(watched: Watched, tmp_path: Path) -> None:
    watched.launch("master", RUNNING, "until-let-go")
    watched.launch("worker", 'say:{"state": "running", "users": 1, "worker": 0}', "die:9")
    watched.launch("worker", RUNNING, f"await:{tmp_path}/go", f"write:{tmp_path}/done:whole")
    watched.at_tick = lambda seen: (tmp_path / "go").touch() if any(child.exit_code for child in seen) else None
    assert codes(watched.run()) == [0, -9, 0]
    assert (tmp_path / "done").read_text() == "whole\n"


def test_events_said_at_the_very_end_are_kept(watched: Watched) -> None:
    watched.launch("load", RUNNING, 'say:{"event": "undelivered", "path": "p", "records": 1}')
    assert len(watched.run().events) == 1
