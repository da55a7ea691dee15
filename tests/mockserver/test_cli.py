import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from mockserver import cli
from mockserver.limits import LimitsPolicy
from mockserver.settings import DEFAULT_START

PATIENCE_S = 30


@contextmanager
def _serving(*flags: str, env: dict[str, str] | None = None) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A server process and its start line."""
    command = [sys.executable, "-m", "mockserver", "serve", "--port", "0", *flags]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=env) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline()
        finally:
            process.kill()


def _url(line: str) -> str:
    return next(word for word in line.split() if word.startswith(("http://", "https://")))


def _run(*arguments: str) -> int:
    """The exit code of the command line in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["mockserver", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
    return ended.value.code if isinstance(ended.value.code, int) else -1


def test_the_start_line_says_where_it_listens_and_what_it_simulates() -> None:
    flags = ["--latency", "instant", "--limits", "tier1", "--faults", "flaky", "--seed", "7", "--speed", "10"]
    with _serving(*flags) as (_, line):
        assert line.startswith("mockserver: http://127.0.0.1:")
        for said in ("latency instant", "limits tier1", "faults flaky", "seed 7", "speed 10"):
            assert said in line
        with urllib.request.urlopen(f"{_url(line)}/healthz", timeout=PATIENCE_S) as answer:
            assert json.load(answer) == {"status": "ok"}


def test_a_store_that_others_share_is_named_without_its_password() -> None:
    with _serving("--latency", "instant", "--limits", "tier1", "--store", "redis://me:secret@127.0.0.1:1/0") as (
        _,
        line,
    ):
        assert "limits tier1 in redis at 127.0.0.1:1;" in line
        assert "secret" not in line


@pytest.mark.parametrize("store", ["redsi://localhost", "redis://", "redis://host:port", "tier1", "http://localhost"])
def test_a_store_that_is_none_is_told_in_one_line(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("serve", "--store", store) == 2
    error = capsys.readouterr().err
    assert "--store" in error
    assert "write redis://127.0.0.1:6379/0" in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly_and_silently(number: signal.Signals) -> None:
    with _serving("--latency", "instant") as (process, _):
        process.send_signal(number)
        out, err = process.communicate(timeout=PATIENCE_S)
        assert (process.returncode, out, err) == (0, "", "")


def test_every_flag_of_the_simulation_reaches_it() -> None:
    flags = ["--latency", "constant", "--limits", "tier1", "--faults", "off", "--seed", "3", "--speed", "2"]
    with (
        _serving(*flags, "--start-at", "2026-03-01T12:00:00+01:00", "--rtt-ms", "0.5") as (_, line),
        urllib.request.urlopen(f"{_url(line)}/_mock/state", timeout=PATIENCE_S) as answer,
    ):
        state = json.load(answer)
    assert state["start_at"] == 1772362800
    assert (state["latency"], state["limits"], state["faults"]) == ("constant", "tier1", "off")
    assert (state["seed"], state["speed"], state["rtt_ms"]) == (3, 2, 0.5)
    assert ", 0.5 ms away; limits tier1" in line


def test_it_starts_without_any_key_network_or_home(tmp_path: Path) -> None:
    env = {name: value for name, value in os.environ.items() if name != "OPENAI_API_KEY"}
    proxies = {"http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    with _serving(env={**env, **proxies, "HOME": str(tmp_path / "none"), "XDG_CACHE_HOME": "/proc/none"}) as (_, line):
        assert "latency hosted" in line


BAD = [
    (["serve", "--port", "many"], "--port"),
    (["serve", "--port", "70000"], "--port"),
    (["serve", "--bogus"], "--bogus"),
    (["serve", "--speed", "0"], "--speed: 0 is not a speed; give a number above 0, such as 10"),
    (["serve", "--speed", "inf"], "--speed"),
    (["serve", "--ttft-ms", "-1"], "--ttft-ms: -1 is not a duration; give milliseconds, 0 or more"),
    (["serve", "--itl-ms", "nan"], "--itl-ms"),
    (["serve", "--rtt-ms", "-1"], "--rtt-ms: -1 is not a duration; give milliseconds, 0 or more"),
    (
        ["serve", "--latency", "dedicated", "--itl-ms", "5"],
        "dedicated.toml: engine: says when tokens come: leave --ttft-ms and --itl-ms out, or give another --latency",
    ),
    (["profiles", "show", "hostd"], "hostd: no latency profile of that name; did you mean 'hosted'?"),
    (["profiles", "show", "hosted", "--model", "gtp-4o"], "no model 'gtp-4o' in the catalogue or in this profile"),
    (["serve", "--reply-tokens", "0"], "--reply-tokens: '0' is neither fill nor a number of tokens, 1 or more"),
    (["serve", "--start-at", "tomorrow"], "--start-at: 'tomorrow' is no instant; write 2026-01-05T09:00:00Z"),
    (["serve", "--body-timeout", "inf"], "--body-timeout: inf is no finite number; write 1, 2.5 or 60"),
    (["verdict", "journal", "--stall", "inf"], "--stall: inf is no finite number"),
    (["verdict", "journal", "--amplification", "inf"], "--amplification: inf is no finite number"),
    (["serve", "--models", "nope"], "--models: 'nope' is neither the word any nor a file of models"),
    (["serve", "--keys", "nope.toml"], "'--keys': file 'nope.toml' does not exist"),
    (["serve", "--latency", "hostd"], "hostd: no latency profile of that name; did you mean 'hosted'?"),
    (["serve", "--limits", "teir1"], "teir1: no limits profile of that name; did you mean 'tier1'?"),
    (["serve", "--faults", "./nope.toml"], "./nope.toml: no such file"),
    (["serve", "--ssl-keyfile", __file__], "--ssl-keyfile: needs --ssl-certfile beside it"),
    (["serve", "--ssl-certfile", __file__], "cannot use the certificate"),
    (["serv"], "'serv'"),
]


@pytest.mark.parametrize(("arguments", "why"), BAD, ids=[" ".join(case[0][:3])[-40:] for case in BAD])
def test_a_mistake_is_one_line_that_names_it(
    arguments: list[str], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(*arguments) == 2
    said = capsys.readouterr().err
    assert said.startswith("mockserver: ")
    assert why in said
    assert said.count("\n") == 1


FILES = [
    ("--latency", "[default]\nttft_base = 5\n", "default.ttft_base: unknown key; did you mean 'ttft_base_ms'?"),
    ("--limits", "[default]\nrpm = 0\n", "default.rpm: "),
    ("--faults", '[[rule]]\nfault = "status"\nstatus = 399\n', "rule.0.status: "),
    ("--keys", "[key.a]\n", "key"),
    ("--models", "[models.a]\nencoding = 'p50k_base'\n", "models.a.encoding: "),
    ("--latency", "[default\n", "not valid TOML"),
]


@pytest.mark.parametrize(("flag", "text", "why"), FILES)
def test_a_mistake_in_a_file_is_one_line_that_names_file_and_key(
    flag: str, text: str, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text)
    assert _run("serve", flag, str(file)) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"mockserver: {file}: ")
    assert why in said
    assert said.count("\n") == 1


def test_a_port_that_is_taken_is_one_line() -> None:
    with _serving("--latency", "instant") as (_, line):
        port = _url(line).rpartition(":")[2]
        command = [sys.executable, "-m", "mockserver", "serve", "--port", port]
        second = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S)
    assert second.returncode == 2
    assert second.stderr == (
        f"mockserver: cannot listen on 127.0.0.1:{port}: address already in use; --port 0 takes a free port\n"
    )
    assert second.stdout == ""


def test_the_shipped_profiles_are_listed_with_what_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("profiles") == 0
    lines = capsys.readouterr().out.splitlines()
    assert {"--latency", "--limits", "--faults"} <= set(lines)
    described = dict(line.split(maxsplit=1) for line in lines if line.startswith("  "))
    latencies = {"hosted", "azure", "hosted-day", "constant", "instant", "dedicated"}
    assert latencies | {"tier1", "flaky"} <= set(described)


def test_help_shows_examples(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("serve", "--help") == 0
    assert "mockserver serve --latency constant" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "at"),
    [(None, DEFAULT_START), ("1970-01-02", 86400), ("1970-01-01T00:00:10Z", 10), ("1970-01-01T02:00:00+02:00", 0)],
)
def test_an_instant_without_an_offset_is_utc(text: str | None, at: float) -> None:
    assert cli.instant(text) == at


def test_limits_are_made_of_the_headers_that_the_server_itself_sent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pasted, made = tmp_path / "answer.txt", tmp_path / "mine.toml"
    body = json.dumps({"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 1})
    with _serving("--latency", "instant", "--limits", "tier1") as (_, line):
        request = urllib.request.Request(
            f"{_url(line)}/v1/chat/completions",
            body.encode(),
            {"authorization": "Bearer sk-a", "content-type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            pasted.write_text(f"{answer.headers}{answer.read().decode()}")
    assert _run("profiles", "limits-from-headers", str(pasted)) == 0
    made.write_text(capsys.readouterr().out)
    tier1, mine = LimitsPolicy.from_file("tier1"), LimitsPolicy.from_file(str(made))
    shown = tier1.for_pool("gpt-4o-mini")
    assert shown is not None
    assert mine.for_pool("gpt-4o-mini") == replace(shown, rpm=None)  # the day is the tighter, and all that is shown
    assert _run("profiles", "limits-from-headers", str(tmp_path / "nothing")) == 2
    assert "nothing: no such file" in capsys.readouterr().err


def test_the_token_for_everything_under_mock_comes_from_the_environment() -> None:
    with _serving("--latency", "instant", env={**os.environ, "MOCK_ADMIN_TOKEN": "tell-nobody"}) as (_, line):
        assert "tell-nobody" not in line
        request = urllib.request.Request(f"{_url(line)}/_mock/state")
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=PATIENCE_S)
        with refused.value:
            assert refused.value.code == 401
        request.add_header("authorization", "Bearer tell-nobody")
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            assert json.load(answer)["seed"] == 0
