"""The child process and its leash."""

import os
import sys
import time
from pathlib import Path

import pytest

from harness.run.folder import RunFolder
from harness.run.process import LoadProcess, Status, load_command, load_environ
from harness.run.settings import RunSettings
from harness.run.supervise import Ending, Interrupts, supervise

SAYS_HELLO = 'import sys; print(\'hello\'); print(\'{"state": "running", "users": 3}\', flush=True); '
UNTIL_LET_GO = "sys.stdin.read()"
FOREVER = "import time; time.sleep(3600)"


def child(folder: Path, code: str, **environ: str) -> LoadProcess:
    return LoadProcess([sys.executable, "-c", code], RunFolder(folder), os.environ | environ)


def supervised(load: LoadProcess, noted: Interrupts | None = None, run_time_s: float | None = None) -> Ending:
    return supervise(
        load,
        noted or Interrupts(),
        run_time_s=run_time_s,
        stop_timeout_s=0.0,
        tick=lambda _elapsed_s: None,
        say=lambda _text: None,
    )


def test_the_command_holds_what_was_asked_for_and_no_time_limit(tmp_path: Path) -> None:
    settings = RunSettings(
        host="http://h", workload="mixed", users=5, spawn_rate=2.0, run_time_s=9.0, think_time_s=0.0, seed=3
    )
    command = load_command(settings, RunFolder(tmp_path))
    assert command[1:3] == ["-m", "locust"]
    assert {"--host=http://h", "--workload=mixed", "--users=5", "--think-time=0.0", "--seed=3", "--supervised"} <= set(
        command
    )
    assert not [word for word in command if word.startswith(("-t", "--run-time", "--requests", "--model"))]


def test_the_endpoint_goes_to_the_child_and_its_headers_only_through_the_environment(tmp_path: Path) -> None:
    settings = RunSettings(
        host="http://h",
        workload="mixed",
        path_prefix="/llm",
        api="azure",
        api_version="v",
        headers=(("X-A", "hidden-1"), ("api-key", "hidden-2")),
        extra_body={"top_k": 20},
        allow_http=True,
        target="real",
        ca_file="/ca.pem",
    )
    command = load_command(settings, RunFolder(tmp_path))
    assert {"--path-prefix=/llm", "--api=azure", "--api-version=v", '--extra-body={"top_k":20}'} <= set(command)
    assert {"--allow-http", "--target=real", "--ca-file=/ca.pem"} <= set(command)
    assert "hidden" not in " ".join(command)
    environ = load_environ(settings, {"A": "b", "HARNESS_HEADERS": "X-Old: 1"})
    assert environ == {"A": "b", "HARNESS_HEADERS": "X-A: hidden-1\napi-key: hidden-2"}


def test_a_child_that_is_let_go_ends_and_what_it_said_is_known(tmp_path: Path) -> None:
    with child(tmp_path, SAYS_HELLO + UNTIL_LET_GO) as load:
        while load.status is None:
            load.listen(1.0)
        assert load.status == Status("running", 3)
        assert load.exit_code() is None
        load.drain()
        assert supervised(load) == Ending()
        assert load.exit_code() == 0


def test_a_run_is_drained_when_its_time_is_up(tmp_path: Path) -> None:
    with child(tmp_path, SAYS_HELLO + UNTIL_LET_GO) as load:
        assert supervised(load, run_time_s=0.0) == Ending()


def test_an_interrupt_drains_and_is_told(tmp_path: Path) -> None:
    with child(tmp_path, SAYS_HELLO + UNTIL_LET_GO) as load:
        assert supervised(load, Interrupts(1)) == Ending(interrupted=True)


def test_a_second_interrupt_kills(tmp_path: Path) -> None:
    with child(tmp_path, FOREVER) as load:
        assert supervised(load, Interrupts(2)) == Ending(interrupted=True)
        assert load.exit_code() == -9


def test_a_child_that_fails_makes_the_run_invalid(tmp_path: Path) -> None:
    with child(tmp_path, "import sys; sys.stderr.write('broken\\n'); sys.exit(7)") as load:
        (why,) = supervised(load).why_not
    assert "exit code 7" in why
    assert (tmp_path / "locust.log").read_text() == "broken\n"


def test_a_child_that_never_starts_or_never_ends_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.run.supervise.START_LIMIT_S", -1.0)
    with child(tmp_path, FOREVER) as load:
        (why,) = supervised(load).why_not
    assert "did not start" in why
    monkeypatch.setattr("harness.run.supervise.KILL_MARGIN_S", -1.0)
    with child(tmp_path, SAYS_HELLO + FOREVER) as load:
        while load.status is None:
            load.listen(1.0)
        (why,) = supervised(load, run_time_s=0.0).why_not
    assert "did not end" in why


def test_the_block_is_not_left_with_the_child_running(tmp_path: Path) -> None:
    with child(tmp_path, FOREVER) as load:
        pid = load.pid
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_the_whole_group_is_killed(tmp_path: Path) -> None:
    code = "import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(3600)']); "
    report = 'print(\'{"state": "x", "users": %d}\' % p.pid, flush=True); p.wait()'
    with child(tmp_path, code + report) as load:
        while load.status is None:
            load.listen(1.0)
        grandchild = load.status.users
    while True:  # it is somebody else's to reap, which takes a moment
        try:
            os.kill(grandchild, 0)
        except ProcessLookupError:
            break
        if Path(f"/proc/{grandchild}/stat").exists() and " Z " in Path(f"/proc/{grandchild}/stat").read_text():
            break
        time.sleep(0.01)


def test_locusts_own_environment_variables_do_not_reach_the_child(tmp_path: Path) -> None:
    code = (
        "import os, sys; sys.stderr.write(str(sorted(n for n in os.environ if n.startswith(('LOCUST_', 'OPENAI_')))))"
    )
    with child(tmp_path, code, LOCUST_RUN_TIME="1s", OPENAI_API_KEY="sk-x") as load:
        supervised(load)
    assert (tmp_path / "locust.log").read_text() == "['OPENAI_API_KEY']"
