"""`harness verify`, as a person runs it."""

import json
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

Mock: TypeAlias = Callable[..., Any]
Command: TypeAlias = Callable[..., Any]

WIDE = ("--first-p50", 10_000, "--first-p99", 10_000, "--itl", 1000)
"""Bounds for a machine that does ten other things: what they are is tested where nothing moves."""


def own_cache(folder: Path) -> dict[str, str]:
    """What is proven here is nothing to the user of this machine."""
    return {"XDG_CACHE_HOME": str(folder / "cache")}


def test_a_verification_measures_the_error_finds_every_fault_and_is_remembered(
    mock: Mock, command: Command, tmp_path: Path
) -> None:
    asked = ("--streams", "120", "--steady", 10, "--json", "error.json", *WIDE)
    done = command("harness", "verify", *asked, environ=own_cache(tmp_path))
    assert (done.code, done.err) == (0, "")
    found = json.loads((tmp_path / "error.json").read_bytes())
    (level,) = found["levels"]
    assert (level["streams"], level["complete"], level["missing"], level["tokens_differ"]) == (
        120,
        level["requests"],
        0,
        0,
    )
    assert all(level[name]["n"] >= 250 for name in ("first_ms", "last_ms", "gap_ms", "end_ms"))
    assert (found["outcomes"]["holds"], found["outcomes"]["untried"]) == (True, [])
    assert "as due, over 26 kinds of fault, streamed and plain" in done.out
    assert "proven on this machine: at least 120 streams a worker" in done.out
    server = mock("--latency", "instant", "--seed", "772")
    load = ("run", "streaming", "-H", server.url, "-r", 500, "-n", 5, "--think-time", 0)
    for users, beyond in ((120, False), (121, True)):
        later = command("harness", *load, "-u", users, environ=own_cache(tmp_path))
        assert ("its measuring is proven for 120 streams only" in later.out) == beyond


def test_a_running_mock_is_verified_against_and_set_back(mock: Mock, command: Command, tmp_path: Path) -> None:
    server = mock("--latency", "instant", "--faults", "flaky", "--seed", "771")
    asked = ("--streams", 10, "--steady", 1, "--no-outcomes", *WIDE)
    done = command("harness", "verify", "--host", server.url, *asked, environ=own_cache(tmp_path))
    assert done.code == 1, "ten streams of a second prove nothing"
    assert "streams are too few for a p99" in done.out
    assert "--journal-chunks" in done.out
    state = json.loads(urllib.request.urlopen(f"{server.url}/_mock/state").read())
    assert (state["latency"], state["faults"]) == ("instant", "flaky")


def test_what_cannot_be_verified_against_is_one_line(command: Command) -> None:
    for host, said in (
        ("http://127.0.0.1:9", "harness: http://127.0.0.1:9/_mock does not answer"),
        ("nonsense", "harness: --host: 'nonsense' is no address; write for example http://127.0.0.1:8000"),
        ("http://[::1", "harness: --host: 'http://[::1' is no address; write for example http://127.0.0.1:8000"),
        ("http://h:99999", "harness: --host: 'http://h:99999' is no address; write for example http://127.0.0.1:8000"),
    ):
        done = command("harness", "verify", "--host", host)
        assert done.err.startswith("harness: ")
        assert said in done.err
        assert done.err.count("\n") == 1
    done = command("harness", "verify", "--json", "nowhere/error.json")
    assert (done.code, done.err) == (2, "harness: --json: nowhere is no folder; name a file in one that is there\n")
    done = command("harness", "verify", "--streams", "many")
    assert (done.code, done.err) == (
        2,
        "harness: --streams: 'many' is no rising list of numbers; write for example 50,100,200\n",
    )
