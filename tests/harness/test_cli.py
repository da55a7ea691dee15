"""The command line, as far as it goes without any load."""

import json
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.cli import main
from harness.run.folder import RunFolder
from harness.run.settings import RunSettings
from profiles.files import names
from profiles.record import Record, Tokens
from tests.ports import held_port

Said = tuple[int, str, str]


@pytest.fixture
def harness(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Callable[..., Said]:
    """Runs the command in an empty folder without a key; gives exit code, standard output and standard error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)

    def run(*args: Any) -> Said:
        monkeypatch.setattr(sys, "argv", ["harness", *map(str, args)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run


HERE = ("-H", "http://127.0.0.1:9")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ((), "--host: missing; write for example --host http://127.0.0.1:8000"),
        (("-H", "127.0.0.1:8000"), "--host: '127.0.0.1:8000' is not a target: write http://HOST:PORT"),
        (("-H", "http://user:secret@h"), "--host: the target URL must not hold a user name or password"),
        ((*HERE, "--think-time", "inf"), "--think-time: inf is no finite number; write 0.5, 3 or 60"),
        ((*HERE, "--think-time", "nan"), "'--think-time': Input should be greater than or equal to 0"),
        ((*HERE, "-t", "9" * 400), "--run-time: a time span of that many digits has no end; write 60s, 5m or 1h30m"),
        ((*HERE, "--price-as", "gtp-4o"), "--price-as: the price of 'gtp-4o' is not known; did you mean 'gpt-4o'?"),
        ((*HERE, "-t", "soon"), "--run-time: 'soon' is not a time span; write 60s, 5m or 1h30m"),
        ((*HERE, "-t", "0s"), "--run-time: '0s' is no time at all; write 60s, 5m or 1h30m"),
        ((*HERE, "-s", "never"), "--stop-timeout: 'never' is not a time span"),
        ((*HERE, "-r", "0"), "--spawn-rate: 0 is not a rate; write a number of users per second above 0"),
        (
            (*HERE, "-u", "many"),
            "--users: 'many' is neither a number nor a shape; write 20, \"0-60s: 1->20\", or one of",
        ),
        ((*HERE, "-u", "0"), "--users: '0' never rises above 0; write 20"),
        ((*HERE, "-u", "2.5"), "--users: '2.5' is no whole number of users; write 3"),
        ((*HERE, "-u", "0-9s: 0.4"), "--users: '0-9s: 0.4' never comes to a single user"),
        ((*HERE, "-u", "0-9s: 4", "-r", "3"), "--spawn-rate: the plan of --users says when users begin; leave it out"),
        ((*HERE, "--rate", "fast"), "--rate: 'fast' is neither a number nor a shape"),
        ((*HERE, "--rate", "5", "-r", "3"), "--spawn-rate: --rate says when users begin; leave it out"),
        ((*HERE, "--rate", "5", "-u", "0-9s: 4"), "--users: with --rate it is how many users there are at most; write"),
        ((*HERE, "--rate", "5", "--trace", "x"), "--rate: a trace has a rate of its own; leave one out"),
        ((*HERE, "--rate", "5", "-u", "1", "--processes", "2"), "--users: 1 cannot share out arrivals among 2 workers"),
        ((*HERE, "--arrivals", "poisson"), "--arrivals: means something only with --rate; add it or leave this out"),
        ((*HERE, "--rate", "5", "--arrivals", "even"), "--arrivals: 'even' is no kind of arrivals; write constant,"),
        ((*HERE, "--trace-speed", "2"), "--trace-speed: means something only with --trace"),
        ((*HERE, "--trace", "two-minutes", "--trace-speed", "0"), "--trace-speed: 0 is no factor; write 2 for twice"),
        (
            (*HERE, "--trace", "two-minutes", "--trace-rate", "1e-9"),
            "--trace-rate: 1e-09 keeps none of the 367 requests",
        ),
        ((*HERE, "--trace", "two-mintes"), "--trace: two-mintes: no traces profile of that name; did you mean"),
        ((*HERE, "--trace", "none.csv"), "--trace: /"),
        ((*HERE, "-n", "0"), "Invalid value for '--requests' / '-n'"),
        ((*HERE, "--think-time", "-1"), "Invalid value for '--think-time'"),
        ((*HERE, "--retry", "always"), "--retry: 'always' is no retry policy; there are: none, immediate"),
        ((*HERE, "--retry", "fixed, attempts=0"), "--retry: attempts: '0' is no number of attempts"),
        ((*HERE, "--idle-timeout", "soon"), "--idle-timeout: 'soon' is not a time span; write 60s, 5m or 1h30m"),
        ((*HERE, "--total-timeout", "0s"), "--total-timeout: '0s' is no time at all; write 0.5, 60s or 5m"),
        ((*HERE, "--nope"), "No such option: --nope"),
        (("baisc", *HERE), "baisc: no workloads profile of that name; did you mean 'basic'?"),
        (("./none.toml", *HERE), "none.toml: no such file"),
        (("-H", "https://api.example.com"), "OPENAI_API_KEY: not set"),
        (("-H", "http://api.example.com"), "--host: http://api.example.com is plain http to another machine"),
        ((*HERE, "--header", "nonsense"), "--header: not a header; write 'NAME: VALUE'"),
        ((*HERE, "--header", "Host: x"), "--header: Host is the client's own to send; leave it out"),
        ((*HERE, "--extra-body", "{top_k: 1}"), "--extra-body: not JSON"),
        ((*HERE, "--path-prefix", "/a b"), "--path-prefix: '/a b': the path needs percent-encoding"),
        ((*HERE, "--api", "other"), "Invalid value for '--api'"),
        ((*HERE, "--target", "other"), "Invalid value for '--target'"),
        ((*HERE, "--ca-file", "none.pem"), "none.pem cannot be read (No such file or directory)"),
        ((*HERE, "--processes", "0"), "Invalid value for '--processes'"),
        ((*HERE, "--master"), "--expect-workers: missing; say how many workers of other machines"),
        ((*HERE, "--expect-workers", "2"), "--expect-workers: means something only with --master"),
        ((*HERE, "--master", "--expect-workers", "1", "--bind", "x:y"), "--bind: 'x:y' is not an address"),
        ((*HERE, "--web-port", "9000"), "--web-port: means something only with --web-ui"),
        ((*HERE, "--label", "eu"), "--label: 'eu' is not a label; write NAME=VALUE, for example region=eu"),
        ((*HERE, "-u", "2", "-n", "9", "--processes", "3"), "--users: 2 cannot share out --requests among 3 workers"),
        ((*HERE, "--", "--users", "3"), "--users: not Locust's to know here; write --users before the --"),
        (("basic", "mixed", *HERE), "mixed: not expected here; flags for Locust come after --"),
    ],
)
def test_what_cannot_be_run_is_one_line_that_says_what_would_be_right(
    harness: Callable[..., Said], args: tuple[str, ...], said: str
) -> None:
    code, _, err = harness("run", *args)
    assert code == 2
    assert said in err
    assert err.startswith("harness: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize("flag", ["--steady", "--first-p50", "--first-p99", "--itl"])
def test_a_bound_without_end_is_none(harness: Callable[..., Said], flag: str) -> None:
    assert harness("verify", flag, "inf") == (2, "", f"harness: {flag}: inf is no finite number; write 0.5, 3 or 60\n")


def test_a_port_that_is_taken_is_said_before_any_load(harness: Callable[..., Said], tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for flags, flag in (
            (("--web-ui", "--web-port", port), "--web-port"),
            (("--master", "--expect-workers", 1, "--bind", f"127.0.0.1:{port}"), "--bind"),
        ):
            code, _, err = harness("run", *HERE, "-t", "1s", *flags)
            assert code == 2
            assert err.startswith(f"harness: {flag}: cannot listen at 127.0.0.1:{port}")
            assert err.count("\n") == 1
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ((), "--master-host: missing; name the machine where harness run --master runs"),
        (("--master-host", "127.0.0.1", "--label", "eu"), "--label: 'eu' is not a label"),
        (("--master-host", "127.0.0.1", "--header", "x"), "--header: not a header"),
        (("--master-host", "127.0.0.1", "--ca-file", "none.pem"), "none.pem cannot be read"),
        (("--master-host", "127.0.0.1", "--", "--worker"), "--worker: not Locust's to know here"),
        (("--master-host", "127.0.0.1", "--processes", "0"), "Invalid value for '--processes'"),
    ],
)
def test_a_worker_that_cannot_take_part_is_one_line(
    harness: Callable[..., Said], tmp_path: Path, args: tuple[str, ...], said: str
) -> None:
    code, _, err = harness("worker", *args)
    assert code == 2
    assert said in err
    assert err.startswith("harness: ")
    assert err.count("\n") == 1
    assert not (tmp_path / "runs").exists()


def test_the_help_teaches_by_example(harness: Callable[..., Said]) -> None:
    for command, examples in (
        ("run", ("--processes 4 --web-ui", "--master --bind 0.0.0.0 --expect-workers 2", "-- --loglevel DEBUG")),
        ("worker", ("harness worker --master-host 10.0.0.9 --label region=eu",)),
    ):
        out = " ".join(harness(command, "--help")[1].replace("│", " ").split())
        assert [example for example in examples if example not in out] == []


def test_a_url_with_a_password_is_not_repeated(harness: Callable[..., Said]) -> None:
    assert "secret" not in harness("run", "-H", "http://user:secret@h")[2]


def test_a_proxy_that_is_not_there_is_said_before_any_load(
    harness: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-0123456789")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with held_port() as port:
        proxy = f"http://127.0.0.1:{port}"
        monkeypatch.setenv("https_proxy", proxy)
        code, _, err = harness("run", "-H", "https://api.example.com", "-n", 1, "--max-requests", 9, "--yes")
    assert code == 3
    assert err.startswith(
        f"harness: --host: nothing answers at the proxy {proxy} that leads to https://api.example.com"
    )
    assert err.count("\n") == 1


def test_flags_of_the_endpoint_may_come_from_the_environment(
    harness: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value, said in (
        ("HARNESS_EXTRA_BODY", "[]", "--extra-body: not a JSON object"),
        ("HARNESS_HEADERS", "nonsense", "HARNESS_HEADERS: not a header"),
        ("HARNESS_PATH_PREFIX", "/a b", "--path-prefix: "),
        ("HARNESS_CA_FILE", "none.pem", "--ca-file: "),
        ("HARNESS_API", "other", "Invalid value for '--api'"),
        ("HARNESS_TARGET", "other", "Invalid value for '--target'"),
    ):
        with monkeypatch.context() as only:
            only.setenv(variable, value)
            assert said in harness("run", *HERE, "-n", 1)[2]


def test_a_run_without_an_end_gets_one_and_is_told(harness: Callable[..., Said]) -> None:
    assert "neither --run-time nor --requests given: running for 60s" in harness("run", "basic", *HERE)[1]
    assert "neither" not in harness("run", "basic", *HERE, "-n", 1)[1]


def test_the_shipped_workloads_are_listed_and_shown(harness: Callable[..., Said]) -> None:
    code, out, _ = harness("workload", "list")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == names("workloads")
    code, out, _ = harness("workload", "show", "mixed")
    assert code == 0
    assert "gpt-" in out


def test_a_workload_is_shown_at_a_rate_or_for_so_many_users(harness: Callable[..., Said]) -> None:
    assert "3 sessions/s: 180 requests" in harness("workload", "show", "basic", "--rate", 3)[1]
    assert "3 users, if answers" in harness("workload", "show", "basic", "--users", 3)[1]
    code, _, err = harness("workload", "show", "basic", "--rate", 0)
    assert (code, err) == (2, "harness: --rate: 0 is not a rate; write a number of sessions per second above 0\n")


@pytest.mark.parametrize("command", [("run", *HERE), ("workload", "show")])
def test_a_run_table_that_cannot_be_meant_is_one_line(harness: Callable[..., Said], command: tuple[str, ...]) -> None:
    one = "\n[[class]]\nname = 'a'\nmodel = 'm'\nprompts = ['x']\n"
    for run, said in (("run_time = 'soon'", "run.run_time: 'soon' is not a time span"), ("usres = 3", "run.usres")):
        Path("mine.toml").write_text(f"[run]\n{run}\n{one}")
        code, _, err = harness(*command, "./mine.toml")
        assert (code, err.count("\n")) == (2, 1)
        assert f"harness: ./mine.toml: {said}" in err


def test_the_seed_decides_which_questions_are_shown(harness: Callable[..., Said]) -> None:
    shown = [harness("workload", "show", "basic", "--seed", seed)[1] for seed in (1, 1, 2)]
    assert shown[0] == shown[1] != shown[2]


@pytest.fixture
def recorded(tmp_path: Path) -> RunFolder:
    """The folder `run`, with one record and no summary yet."""
    folder = RunFolder.create(tmp_path / "run", "basic", 0.0)
    folder.start(RunSettings(host="http://h", workload="basic"), ["harness"], 0.0)
    record = Record(
        id="c.1",
        attempt=1,
        class_="short",
        model="m",
        stream=False,
        intended_at=1.0,
        sent_at=1.0,
        done_ms=500.0,
        outcome="complete",
        status=200,
        tokens=Tokens(3, 4),
    )
    folder.records_jsonl.write_bytes(record.to_json() + b"\n")
    return folder


def test_a_report_is_folded_from_the_records(harness: Callable[..., Said], recorded: RunFolder) -> None:
    code, out, _ = harness("report", "run")
    assert code == 0
    assert "short" in out
    assert json.loads(recorded.summary_json.read_bytes())["requests"]["total"] == 1


def test_a_report_is_shown_though_it_cannot_be_written(harness: Callable[..., Said], recorded: RunFolder) -> None:
    recorded.summary_json.mkdir()
    code, out, err = harness("report", "run")
    assert code == 2
    assert "short" in out
    assert err == "harness: RUN: run/summary.json cannot be written (Is a directory)\n"


def test_a_report_of_no_run_is_one_line(harness: Callable[..., Said]) -> None:
    code, _, err = harness("report", "nowhere")
    assert code == 2
    assert err.startswith("harness: RUN: nowhere is not a run folder")
    assert err.count("\n") == 1


def test_an_estimate_is_a_table_with_what_it_assumes_and_asks_nobody(harness: Callable[..., Said]) -> None:
    code, out, err = harness("estimate", "streaming", "--users", 20, "-t", "10m", "--limits", "tier1")
    assert (code, err) == (0, "")
    head, explain, *cases = out.splitlines()[:5]
    assert head.split() == ["class", "model", "requests", "prompt", "cached", "completion", "reasoning", "USD"]
    assert explain.split()[:2] == ["explain", "gpt-4o-mini"]
    assert [line.split()[0] for line in cases] == ["low", "expected", "worst"]
    assert "tokens (tier1)" in out
    assert "list prices of 20" in out
    assert "assumed: answers of 200 tokens" in out
    other = harness("estimate", "streaming", "--users", 20, "-t", "10m", "--model", "gpt-4o")[1]
    assert other.splitlines()[2:5] != cases
    assert harness("estimate", "streaming", "-u", 1, "--from", "nowhere")[0] == 2
