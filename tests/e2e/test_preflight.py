"""A real API, played by a mock with https and a certificate of its own: what comes before the load, what stops it."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from tests.authority import make_authority
from tests.e2e.results import records_of

Mock: TypeAlias = Callable[..., Any]
Command: TypeAlias = Callable[..., Any]

LOCUSTFILE = Path(__file__).parents[2] / "harness" / "locustfile.py"
KEY = "sk-proj-0123456789abcdefghijklmnopqrstuvwxyz"
ECHO = KEY[:8]
QUICK = ("--latency", "constant", "--ttft-ms", "20", "--itl-ms", "1")
LOAD = ("-u", 2, "-r", 100, "-n", 4, "--think-time", 0, "-t", "20s", "--out", "run")

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="the openssl program is not installed")


def files_below(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pem")


@needs_openssl
def test_a_run_is_rehearsed_estimated_probed_and_then_made_and_the_key_is_nowhere(
    mock: Mock, command: Command, tmp_path: Path
) -> None:
    made = make_authority(tmp_path, "IP:127.0.0.1")
    server = mock(*QUICK, "--ssl-certfile", str(made.certificate), "--ssl-keyfile", str(made.key), "--limits", "tier1")
    done = command(
        *("harness", "run", "streaming", "-H", server.url, "--target", "real", "--ca-file", made.certificate, *LOAD),
        *("--max-cost-usd", "0.05", "--rehearse", "--yes"),
        environ={"OPENAI_API_KEY": KEY},
    )
    assert (done.code, done.err) == (0, "")
    said = ["rehearsal: against a mock", f"preflight: {server.url}, gpt-4o-mini; at most $0.05"]
    said += ["estimate by the workload (assumed: ", "estimate by the rehearsal (", "probe: 200 length in "]
    places = [done.out.index(part) for part in said]
    assert places == sorted(places)
    assert "limit-tokens 200000" in done.out
    journal = server.journal()
    assert len(journal) == 5
    assert journal[0]["sent_tokens"] == 1
    run = json.loads((tmp_path / "run" / "run.json").read_bytes())
    assert run["money"]["requests"] == 5
    records = records_of(tmp_path / "run")
    cost = sum(record.cost_usd or 0.0 for record in records) + run["preflight"]["cost_usd"]
    assert run["money"]["spent_usd"] == pytest.approx(cost, abs=1e-8)
    assert (run["preflight"]["status"], run["preflight"]["agreed"]) == (200, "flag")
    assert len(records_of(tmp_path / "run-rehearsal")) == 4
    texts = [done.out, done.err, *(path.read_bytes().decode() for path in files_below(tmp_path))]
    assert len(texts) > 8
    assert not [text for text in texts if KEY in text or ECHO in text]


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--yes",), "--max-cost-usd: {url} is taken for a real API, which costs money: add --max-cost-usd"),
        (("--max-cost-usd", "1"), "--yes: missing; {url} is taken for a real API and nobody is at a terminal"),
        (("--max-cost-usd", "0"), "--max-cost-usd: '0' is no amount of US dollars; write 0.50 or 20"),
        (("--max-requests", "few", "--yes"), "--max-requests: 'few' is no cap; write a whole number"),
        (("--max-cost-usd", "1", "--model", "mine"), "--max-cost-usd: the price of mine is not known; say with --pr"),
    ],
)
def test_without_a_cap_and_a_yes_nothing_is_sent(
    mock: Mock, command: Command, tmp_path: Path, flags: tuple[str, ...], said: str
) -> None:
    server = mock(*QUICK, "--seed", "201")
    done = command("harness", "run", "streaming", "-H", server.url, "--target", "real", *LOAD, *flags)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert done.err.startswith(f"harness: {said.format(url=server.url)}")
    assert server.journal() == []
    assert not (tmp_path / "run").exists()


def test_plain_locust_refuses_a_real_api_without_a_cap_and_a_class_that_none_can_hold(
    mock: Mock, command: Command, tmp_path: Path
) -> None:
    server = mock(*QUICK, "--seed", "202")
    (tmp_path / "open.toml").write_text('[[class]]\nname = "open"\nmodel = "gpt-4o-mini"\nprompts = ["Why?"]\n')
    flags = ("locust", "-f", LOCUSTFILE, "--headless", "-H", server.url, "-u", 1, "-t", "5s", "--only-summary")
    for more, said in (
        (("--target", "real"), "is taken for a real API, which costs money"),
        (("--workload", "open.toml", "--max-requests", 5), "--max-requests: class 'open' has no max_tokens"),
    ):
        done = command(*flags, *more)
        assert done.code == 2
        (line,) = (line for line in done.err.splitlines() if "/ERROR/" in line)
        assert said in line
    assert server.journal() == []


def test_a_probe_that_is_refused_for_good_is_the_end(mock: Mock, command: Command, tmp_path: Path) -> None:
    (tmp_path / "keys.toml").write_text('[keys."sk-other-key-0123456789"]\n')
    server = mock(*QUICK, "--keys", str(tmp_path / "keys.toml"))
    done = command(
        *("harness", "run", "streaming", "-H", server.url, "--target", "real", *LOAD, "--max-requests", 9, "--yes"),
        environ={"OPENAI_API_KEY": KEY},
    )
    assert (done.code, done.err.count("\n")) == (3, 1)
    assert "the probe was refused: stopped at 401 invalid_api_key" in done.err
    assert len(server.journal()) <= 1
    assert not (tmp_path / "run").exists()
    assert KEY not in done.out + done.err


@pytest.mark.parametrize("workers", [1, 2])
def test_a_quota_that_runs_out_stops_the_run_with_one_line(
    mock: Mock, command: Command, tmp_path: Path, workers: int
) -> None:
    (tmp_path / "quota.toml").write_text('[[rule]]\nfault = "quota"\nevery = 12\n')
    server = mock(*QUICK, "--faults", str(tmp_path / "quota.toml"), "--seed", f"21{workers}")
    flags = ("-u", 4, "-r", 100, "-t", "60s", "--think-time", 0, "--max-requests", 400, "--yes", "--out", "run")
    done = command(
        *("harness", "run", "streaming", "-H", server.url, "--target", "real", *flags, "--processes", workers),
        environ={"OPENAI_API_KEY": KEY},
    )
    assert done.code == 3, done.out
    assert "stopped at 429 insufficient_quota" in done.out
    assert "the quota is used up" in done.out
    assert 12 <= len(server.journal()) < 60
    run = json.loads((tmp_path / "run" / "run.json").read_bytes())
    assert [why for why in run["why_not"] if why.startswith("stopped at 429")] == run["why_not"]
