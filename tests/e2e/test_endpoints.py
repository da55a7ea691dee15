"""Runs against other endpoints than the mock on this machine: gateways, Azure, private authorities, proxies."""

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import orjson
import pytest

from profiles.record import Record
from tests.authority import make_authority
from tests.harness.client.scripted import ScriptedServer, answer, says

Mock: TypeAlias = Callable[..., Any]
Command: TypeAlias = Callable[..., Any]
Records: TypeAlias = Callable[[Path], list[Record]]

LOCUSTFILE = Path(__file__).parents[2] / "harness" / "locustfile.py"
SECRET = "gateway-secret-0123456789"
WORKLOAD = """
[[class]]
name = "mine"
model = "gpt-4o-mini"
stream = false
think_time_s = [0, 0]
max_tokens = 40
prompts = ["What is a tent?"]
"""
RUN = ("run", "mine.toml", "-u", 1, "-n", 2, "--out", "run")
AGREED = ("--max-tokens-total", 10_000, "--yes")
"""What a run against a real API needs."""
PROBE: Sequence[Any] = ()
"""The connection by which a run makes sure that somebody listens."""

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="the openssl program is not installed")


@pytest.fixture(autouse=True)
def workload(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(WORKLOAD)


def stub(
    model: str = "gpt-4o-mini-2024-07-18", *headers: bytes, probed: bool = True, preflight: bool = False
) -> ScriptedServer:
    """A server that answers every request of one user with a short reply by this model."""
    choice = {"index": 0, "message": {"role": "assistant", "content": "A roof."}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 12, "completion_tokens": 3, "total_tokens": 15}
    body = orjson.dumps({"model": model, "choices": [choice], "usage": usage})
    talk = [says(answer(200, body, *headers))] * 2
    return ScriptedServer([*([PROBE] if probed else []), *([talk[:1]] if preflight else []), talk])


def head_and_body(request: bytes) -> tuple[list[bytes], dict[str, Any]]:
    head, _, body = request.partition(b"\r\n\r\n")
    return head.split(b"\r\n"), json.loads(body)


def artefacts(folder: Path) -> str:
    return "".join(path.read_text() for path in folder.iterdir())


def test_a_gateway_gets_its_path_headers_and_fields_and_no_value_of_a_header_is_kept(
    command: Command, records: Records, tmp_path: Path
) -> None:
    with stub("gpt-4o-mini", f"x-request-id: {SECRET}".encode(), preflight=True) as server:
        done = command(
            *("harness", *RUN, "-H", server.url, "--path-prefix", "/team/llm", "--target", "real", *AGREED),
            *("--header", f"x-api-key: {SECRET}", "--header=X-Team: checkout-crew"),
            *("--extra-body", '{"top_k": 20, "max_tokens": 5}'),
            environ={"HARNESS_HEADERS": "X-Tier: gold-tier"},
        )
    assert (done.code, done.err) == (0, "")
    assert len(server.requests) == 3
    probe, head_and = (head_and_body(request) for request in server.requests[:2])
    assert (probe[0][0], probe[1]["max_tokens"], probe[1]["top_k"]) == (head_and[0][0], 1, 20)
    head, body = head_and
    assert head[0] == b"POST /team/llm/v1/chat/completions HTTP/1.1"
    assert {f"x-api-key: {SECRET}".encode(), b"X-Team: checkout-crew", b"X-Tier: gold-tier"} <= set(head)
    assert not [line for line in head if line.startswith(b"Authorization")]
    assert (body["top_k"], body["max_tokens"], body["model"]) == (20, 5, "gpt-4o-mini")
    assert [(record.outcome, record.request_id) for record in records(tmp_path / "run")] == [
        ("complete", "[redacted]")
    ] * 2
    run = json.loads((tmp_path / "run" / "run.json").read_bytes())
    assert run["settings"]["target"] == "real"
    assert run["settings"]["headers"] == ["X-Tier", "x-api-key", "X-Team"]
    kept = artefacts(tmp_path / "run") + done.out
    assert not [value for value in (SECRET, "checkout-crew", "gold-tier") if value in kept]


def test_plain_locust_understands_the_same_flags(command: Command, records: Records, tmp_path: Path) -> None:
    with stub(probed=False) as server:
        done = command(
            *("locust", "-f", LOCUSTFILE, "--headless", "--workload", "mine.toml", "-u", 1, "--requests", 2),
            *("-H", server.url, "--path-prefix", "/api/v3", "--header", f"Authorization: Basic {SECRET}"),
            *("--extra-body", '{"top_k": 20}', "--out", "run"),
        )
    assert done.code == 0, done.err
    head, body = head_and_body(server.requests[0])
    assert head[0] == b"POST /api/v3/chat/completions HTTP/1.1"
    assert f"Authorization: Basic {SECRET}".encode() in head
    assert body["top_k"] == 20
    assert [record.outcome for record in records(tmp_path / "run")] == ["complete"] * 2
    assert SECRET not in artefacts(tmp_path / "run") + done.err
    assert json.loads((tmp_path / "run" / "run.json").read_bytes())["settings"]["target"] == "mock"


def test_azure_is_asked_by_deployment_and_signed_with_its_own_header(
    command: Command, records: Records, tmp_path: Path
) -> None:
    with stub() as server:
        done = command(
            *("harness", *RUN, "-H", server.url, "--api", "azure", "--api-version", "2025-03-01-preview"),
            *("--model", "chat-prod"),
            environ={"OPENAI_API_KEY": SECRET},
        )
    assert (done.code, done.err) == (0, "")
    head, _ = head_and_body(server.requests[1])
    route = b"/openai/deployments/chat-prod/chat/completions?api-version=2025-03-01-preview"
    assert head[0] == b"POST " + route + b" HTTP/1.1"
    assert f"api-key: {SECRET}".encode() in head
    assert not [line for line in head if line.startswith(b"Authorization")]
    seen = records(tmp_path / "run")
    assert {(record.outcome, record.detail, record.served_model) for record in seen} == {
        ("complete", None, "gpt-4o-mini-2024-07-18")
    }


def test_an_answer_by_another_model_is_said(command: Command, records: Records, tmp_path: Path) -> None:
    with stub("gpt-3.5-turbo-0125") as server:
        done = command("harness", *RUN, "-H", server.url)
    assert done.code == 0
    assert "2  gpt-4o-mini was asked, gpt-3.5-turbo-0125 answered" in done.out
    assert {record.detail for record in records(tmp_path / "run")} == {"model_mismatch"}
    assert "gpt-3.5-turbo-0125 answered" in command("harness", "report", "run").out


@needs_openssl
@pytest.mark.parametrize("program", ["harness", "locust"])
def test_a_private_authority_is_believed_when_it_is_named_and_not_otherwise(
    mock: Mock, command: Command, records: Records, tmp_path: Path, program: str
) -> None:
    made = make_authority(tmp_path, "IP:127.0.0.1")
    server = mock("--latency", "instant", "--ssl-certfile", str(made.certificate), "--ssl-keyfile", str(made.key))
    for folder, flags in (("good", ("--ca-file", made.certificate)), ("bad", ())):
        if program == "harness":
            words: tuple[Any, ...] = ("harness", "run", "mine.toml", "-u", 1, "-n", 2)
        else:
            words = ("locust", "-f", LOCUSTFILE, "--headless", "--workload", "mine.toml", "-u", 1, "--requests", 2)
        command(*words, "-H", server.url, "--out", folder, *flags)
    assert {record.outcome for record in records(tmp_path / "good")} == {"complete"}
    assert records(tmp_path / "good")[0].tls_ms is not None
    assert {(record.outcome, record.detail) for record in records(tmp_path / "bad")} == {("connect_error", "tls")}


@needs_openssl
def test_a_certificate_of_another_authority_is_refused(
    mock: Mock, command: Command, records: Records, tmp_path: Path
) -> None:
    made, other = (tmp_path / name for name in ("made", "other"))
    made.mkdir()
    other.mkdir()
    server_side, believed = make_authority(made, "IP:127.0.0.1"), make_authority(other, "IP:127.0.0.1")
    flags = ("--ssl-certfile", str(server_side.certificate), "--ssl-keyfile", str(server_side.key))
    server = mock("--latency", "instant", *flags)
    done = command("harness", *RUN, "-H", server.url, "--ca-file", believed.certificate)
    assert done.code == 3
    assert "connect_error: tls" in done.out
    assert {(record.outcome, record.detail) for record in records(tmp_path / "run")} == {("connect_error", "tls")}
    assert server.journal() == []


def test_a_proxy_of_the_environment_is_gone_through_and_said(
    command: Command, records: Records, tmp_path: Path
) -> None:
    with stub(preflight=True) as proxy:
        done = command(
            *("harness", *RUN, "-H", "http://gateway.invalid", "--allow-http", *AGREED),
            environ={"HTTP_PROXY": f"http://me:{SECRET}@127.0.0.1:{proxy.port}", "OPENAI_API_KEY": "sk-0123456789"},
        )
    assert (done.code, done.err) == (0, "")
    head, _ = head_and_body(proxy.requests[0])
    assert head[0] == b"POST http://gateway.invalid/v1/chat/completions HTTP/1.1"
    assert [record.outcome for record in records(tmp_path / "run")] == ["complete"] * 2
    run = json.loads((tmp_path / "run" / "run.json").read_bytes())
    assert (run["proxy"], run["settings"]["target"]) == (f"http://127.0.0.1:{proxy.port}", "real")
    assert SECRET not in artefacts(tmp_path / "run") + done.out


def test_no_proxy_stands_between_us_and_a_server_on_this_machine(mock: Mock, command: Command) -> None:
    server = mock("--latency", "instant")
    done = command("harness", *RUN, "-H", server.url, environ={"HTTP_PROXY": "http://127.0.0.1:9", "NO_PROXY": ""})
    assert done.code == 0
    assert len(server.journal()) == 2
