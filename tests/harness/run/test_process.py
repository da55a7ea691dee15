"""Children and their leashes."""

import os
import sys
import time
from pathlib import Path

import pytest

from harness.run.process import Child, Children
from harness.run.said import Event, Listening, Status

STUB = str(Path(__file__).with_name("stub_child.py"))
RUNNING = 'say:{"state": "running", "users": 3}'


def children(folder: Path, **environ: str) -> Children:
    return Children(folder / "locust.log", os.environ | environ)


def launched(crew: Children, *deeds: str) -> Child:
    crew.launch("load", [sys.executable, STUB, *deeds])
    return list(crew)[-1]


def until_heard(crew: Children, child: Child) -> None:
    while child.status is None:
        crew.listen(1.0)


def test_a_child_that_is_let_go_ends_and_what_it_said_is_known(tmp_path: Path) -> None:
    with children(tmp_path) as crew:
        child = launched(crew, "say:hello", RUNNING, "until-let-go")
        until_heard(crew, child)
        assert child.status == Status("running", 3)
        assert crew.running == [child]
        crew.drain()
        child.wait(60)
        assert child.exit_code == 0
        assert crew.running == []


def test_events_of_all_children_are_heard(tmp_path: Path) -> None:
    events: list[Event] = []
    with children(tmp_path) as crew:
        launched(crew, 'say:{"event": "listening", "port": 1}', "until-let-go")
        launched(crew, 'say:{"event": "listening", "port": 2}', "until-let-go")
        while len(events) < 2:
            events += crew.listen(1.0)
    assert {event.port for event in events if isinstance(event, Listening)} == {1, 2}


def test_what_a_child_says_last_is_heard_after_its_end(tmp_path: Path) -> None:
    with children(tmp_path) as crew:
        child = launched(crew, 'say:{"event": "listening", "port": 1}', RUNNING)
        child.wait(60)
        assert crew.listen(0.0) == [Listening(1)]
        assert child.status == Status("running", 3)
        assert crew.listen(0.0) == []


def test_a_child_that_closed_its_output_is_waited_for(tmp_path: Path) -> None:
    with children(tmp_path) as crew:
        child = launched(crew, "close", "until-let-go")
        assert crew.listen(60.0) == []
        assert crew.listen(0.01) == []
        assert crew.running == [child]
        crew.drain()
        while crew.running:
            crew.listen(60.0)
        assert child.exit_code == 0


def test_nobody_is_launched_after_the_end_has_come(tmp_path: Path) -> None:
    with children(tmp_path) as crew:
        crew.drain()
        crew.launch("worker", [sys.executable, STUB])
        assert list(crew) == []


def test_the_block_is_not_left_with_a_child_running(tmp_path: Path) -> None:
    with children(tmp_path) as crew:
        pids = [launched(crew, "forever").pid for _ in range(2)]
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_whoever_was_killed_from_here_is_known(tmp_path: Path) -> None:
    with children(tmp_path) as crew:
        ours, own = launched(crew, "forever"), launched(crew, "die:9")
        own.wait(60)
        crew.kill()
        assert (ours.killed, ours.exit_code) == (True, -9)
        assert (own.killed, own.exit_code) == (False, -9)


def test_the_whole_group_is_killed(tmp_path: Path) -> None:
    code = "import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(3600)']); "
    report = 'print(\'{"state": "x", "users": %d}\' % p.pid, flush=True); p.wait()'
    with children(tmp_path) as crew:
        crew.launch("load", [sys.executable, "-c", code + report])
        (child,) = crew
        until_heard(crew, child)
        assert child.status is not None
        grandchild = child.status.users
    while True:  # it is somebody else's to reap, which takes a moment
        try:
            os.kill(grandchild, 0)
        except ProcessLookupError:
            break
        if Path(f"/proc/{grandchild}/stat").exists() and " Z " in Path(f"/proc/{grandchild}/stat").read_text():
            break
        time.sleep(0.01)


def test_locusts_own_environment_variables_do_not_reach_a_child(tmp_path: Path) -> None:
    with children(tmp_path, LOCUST_RUN_TIME="1s", OPENAI_API_KEY="sk-x") as crew:
        launched(crew, "env:LOCUST_", "env:OPENAI_").wait(60)
    assert (tmp_path / "locust.log").read_text() == "[]\n['OPENAI_API_KEY']\n"
