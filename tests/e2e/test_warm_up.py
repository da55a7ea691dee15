"""`--warm-up` of a run, of its report, and of what is compared and judged later."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from tests.e2e.results import summary_of

Mock: TypeAlias = Callable[..., Any]
Command: TypeAlias = Callable[..., Any]

LOAD = ("-u", 4, "-r", 50, "-n", 120, "--think-time", 0, "--out", "run")


def run_of(folder: Path) -> dict[str, Any]:
    run: dict[str, Any] = json.loads((folder / "run.json").read_bytes())
    return run


def test_a_warm_up_is_left_out_said_and_remembered(mock: Mock, command: Command, tmp_path: Path) -> None:
    server = mock("--latency", "constant", "--ttft-ms", "30", "--itl-ms", "1", "--reply-tokens", "5", "--seed", "31")
    folder = tmp_path / "run"
    done = command("harness", "run", "basic", "-H", server.url, *LOAD, "--warm-up", "0.5")
    assert done.code == 0, done.out + done.err
    first = summary_of(folder)
    warm = run_of(folder)["warm_up"]
    assert (warm["asked"], warm["seconds"], warm["of"]) == ("0.5", 0.5, 120)
    assert 0 < warm["attempts"] < 120
    assert first["requests"]["total"] == 120
    assert first["e2e_ms"]["n"] == 120 - warm["attempts"]
    assert (first["loop"], first["warm_up"]) == ("closed", warm)
    assert f"warm-up (as asked): the first 0.5 s, {warm['attempts']} of 120 attempts, are left out" in done.out
    assert "closed loop" in done.out

    again = command("harness", "report", "run")
    assert again.code == 0, again.err
    assert summary_of(folder) == first

    off = command("harness", "report", "run", "--warm-up", "off")
    assert off.code == 0, off.err
    assert summary_of(folder)["e2e_ms"]["n"] == 120
    assert "warm_up" not in run_of(folder)


def test_nothing_is_left_out_unless_asked_for_and_nonsense_is_refused(
    mock: Mock, command: Command, tmp_path: Path
) -> None:
    server = mock("--latency", "instant", "--seed", "32")
    done = command("harness", "run", "basic", "-H", server.url, *LOAD)
    assert done.code == 0, done.out + done.err
    assert summary_of(tmp_path / "run")["e2e_ms"]["n"] == 120
    assert "warm-up" not in done.out
    bad = command("harness", "run", "basic", "-H", server.url, "--warm-up", "soon")
    assert (bad.code, bad.err) == (2, "harness: --warm-up: 'soon' is no time; write 30s, 2m, auto or off\n")
