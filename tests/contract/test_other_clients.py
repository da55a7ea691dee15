"""Clients that are not ours to install: each is driven where it is there, and always in CI."""

import importlib.util
import json
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from mockserver.app import create_app
from mockserver.settings import Settings
from tests.mockserver.live import live

NODE = Path(__file__).parent / "node"
WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Current weather of a city",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


def _run(*command: str) -> dict[str, Any]:
    """What a program says as JSON: these clients are driven in processes of their own, so as not to change this one."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False, cwd=NODE)
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


@pytest.mark.skipif(
    shutil.which("node") is None or not (NODE / "node_modules/openai").is_dir(),
    reason="needs Node and: npm ci --prefix tests/contract/node",
)
def test_the_official_client_for_node(url: str) -> None:
    said = _run("node", "client.mjs", url)
    assert said["whole"] == said["streamed"]
    assert said["same_usage"]
    assert said["calls"] == [{"city": "Paris"}, {"city": "Rome"}]
    assert said["finish"] == ["tool_calls", "stop"]
    assert said["refused"].pop("id").startswith("req_")
    assert said["refused"] == {"name": "BadRequestError", "status": 400, "code": "integer_below_min_value"}


LANGCHAIN = """
import json, sys
from langchain_openai import ChatOpenAI

llm = ChatOpenAI(base_url=sys.argv[1], api_key="sk-lc-0123456789", model="gpt-4o-mini", stream_usage=True)
whole = llm.invoke("Why is the sky blue?")
chunks = list(llm.stream("Why is the sky blue?"))
total = chunks[0]
for chunk in chunks[1:]:
    total += chunk
weather = json.loads(sys.argv[2])
called = llm.bind_tools([weather]).invoke("What's the weather in Paris?")
parsed = llm.with_structured_output(
    {"title": "Trip", "type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
     "required": ["city", "days"], "additionalProperties": False}, method="json_schema", strict=True
).invoke("Plan a trip to Lisbon")
print(json.dumps({
    "same": whole.content == total.content,
    "usage": whole.usage_metadata["total_tokens"] == total.usage_metadata["total_tokens"],
    "calls": [[call["name"], call["args"]] for call in called.tool_calls],
    "parsed": sorted(parsed),
}))
"""


@pytest.mark.skipif(
    importlib.util.find_spec("langchain_openai") is None, reason="needs: pip install -r requirements-contract.lock"
)
def test_langchain(url: str) -> None:
    said = _run(sys.executable, "-c", LANGCHAIN, url, json.dumps(WEATHER))
    assert said == {
        "same": True,
        "usage": True,
        "calls": [["get_weather", {"city": "Paris"}]],
        "parsed": ["city", "days"],
    }


LITELLM = """
import json, sys
import litellm

def ask(text, **more):
    return litellm.completion(
        model="openai/gpt-4o-mini", api_base=sys.argv[1], api_key="sk-ll-0123456789", num_retries=0,
        messages=[{"role": "user", "content": text}], **more)

whole = ask("Why is the sky blue?").choices[0].message.content
streamed = "".join(chunk.choices[0].delta.content or "" for chunk in ask("Why is the sky blue?", stream=True))
calls = ask("What's the weather in Paris?", tools=[json.loads(sys.argv[2])]).choices[0].message.tool_calls
try:
    ask("word " * 130_000)
    overflow = None
except litellm.ContextWindowExceededError as error:
    overflow = "maximum context length is 128000 tokens" in str(error)
print(json.dumps({
    "same": whole == streamed, "calls": [json.loads(call.function.arguments) for call in calls], "overflow": overflow
}))
"""


@pytest.mark.skipif(
    importlib.util.find_spec("litellm") is None, reason="needs: pip install -r requirements-contract.lock"
)
def test_litellm(url: str) -> None:
    said = _run(sys.executable, "-c", LITELLM, url, json.dumps(WEATHER))
    assert said == {"same": True, "calls": [{"city": "Paris"}], "overflow": True}


RETRIES = """
import json, sys
import openai

client = openai.OpenAI(base_url=sys.argv[1], api_key="sk-re-0123456789")
answers = [
    client.chat.completions.create(
        model="gpt-4o-mini", messages=[{"role": "user", "content": f"Question {n}"}], max_tokens=2
    )
    for n in range(6)
]
print(json.dumps({"finished": [answer.choices[0].finish_reason for answer in answers]}))
"""


def test_a_client_with_its_usual_retries_gets_through_limits_and_failures(tmp_path: Path) -> None:
    limits = tmp_path / "limits.toml"
    limits.write_text("[default]\nrpm = 3\n")
    faults = tmp_path / "faults.toml"
    faults.write_text('[[rule]]\nfault = "status"\nstatus = 503\nprobability = 0.15\n')
    app = create_app(Settings(latency="instant", limits=str(limits), faults=str(faults), speed=60, seed=3))
    with live(app) as server:
        said = _run(sys.executable, "-c", RETRIES, f"{server.url}/v1")
        with urllib.request.urlopen(f"{server.url}/_mock/requests") as answer:
            statuses = {entry["status"] for entry in json.load(answer)["requests"]}
    assert said == {"finished": ["length"] * 6}
    assert statuses == {200, 429, 503}
