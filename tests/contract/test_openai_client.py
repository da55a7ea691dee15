"""What users of the official client see."""

import re
from typing import Any

import openai
import pytest
from openai.types.chat import ChatCompletionMessageParam

from mockserver.app import create_app
from mockserver.settings import Settings
from tests.mockserver.live import live

MODEL = "gpt-4o-mini"
MESSAGES: list[ChatCompletionMessageParam] = [
    {"role": "system", "content": "You are a support assistant."},
    {"role": "user", "content": "My PDF uploads fail with a timeout. What can I do?"},
]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def test_an_answer_arrives_whole(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(model=MODEL, messages=MESSAGES, max_tokens=50)
    assert re.fullmatch(r"chatcmpl-[0-9A-Za-z]{29}", answer.id)
    assert answer.model == "gpt-4o-mini-2024-07-18"
    assert answer._request_id is not None
    assert answer._request_id.startswith("req_")
    assert answer.usage is not None
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens
    assert 1 <= answer.usage.completion_tokens <= 50
    assert answer.choices[0].message.content


def test_a_stream_says_the_same_token_by_token(client: openai.OpenAI) -> None:
    plain = client.chat.completions.create(model=MODEL, messages=MESSAGES, max_tokens=50)
    pieces, usage, finish = [], None, None
    stream = client.chat.completions.create(
        model=MODEL, messages=MESSAGES, max_tokens=50, stream=True, stream_options={"include_usage": True}
    )
    for chunk in stream:
        usage = chunk.usage or usage
        for choice in chunk.choices:
            pieces += [choice.delta.content] if choice.delta.content else []
            finish = choice.finish_reason or finish
    assert "".join(pieces) == plain.choices[0].message.content
    assert usage == plain.usage
    assert plain.usage is not None
    assert len(pieces) == plain.usage.completion_tokens
    assert finish == plain.choices[0].finish_reason


def test_the_streaming_helper_puts_the_answer_together(client: openai.OpenAI) -> None:
    with client.chat.completions.stream(model=MODEL, messages=MESSAGES) as stream:
        final = stream.get_final_completion()
    assert final.choices[0].finish_reason == "stop"
    assert final.choices[0].message.content


@pytest.mark.anyio
async def test_the_asynchronous_client_gets_both_forms(url: str) -> None:
    async with openai.AsyncOpenAI(base_url=url, api_key="sk-a", max_retries=0) as client:
        plain = await client.chat.completions.create(model=MODEL, messages=MESSAGES)
        stream = await client.chat.completions.create(model=MODEL, messages=MESSAGES, stream=True)
        pieces = [chunk.choices[0].delta.content or "" async for chunk in stream]
    assert "".join(pieces) == plain.choices[0].message.content


def test_json_mode_is_parsed(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": "Answer in JSON with the keys city and country."}],
        response_format={"type": "json_object"},
    )
    assert (answer.choices[0].message.content or "").startswith("{")


def test_the_models_are_listed(client: openai.OpenAI) -> None:
    assert MODEL in {model.id for model in client.models.list()}
    assert client.models.retrieve(MODEL).id == MODEL


REFUSALS: list[tuple[dict[str, Any], type[openai.APIStatusError], str | None, str | None]] = [
    ({"messages": []}, openai.BadRequestError, "messages", "empty_array"),
    ({"temperature": 3}, openai.BadRequestError, "temperature", "decimal_above_max_value"),
    ({"max_tokens": 10**6}, openai.BadRequestError, "max_tokens", "invalid_value"),
    ({"model": ""}, openai.BadRequestError, None, None),
]


@pytest.mark.parametrize(("change", "error", "param", "code"), REFUSALS)
def test_refusals_become_the_errors_of_the_client(
    client: openai.OpenAI,
    change: dict[str, Any],
    error: type[openai.APIStatusError],
    param: str | None,
    code: str | None,
) -> None:
    with pytest.raises(error) as refused:
        client.chat.completions.create(**{"model": MODEL, "messages": MESSAGES, **change})
    assert (refused.value.param, refused.value.code) == (param, code)
    assert refused.value.request_id is not None
    assert refused.value.request_id.startswith("req_")


def test_keys_models_limits_and_faults_are_refused_with_the_right_errors(tmp_path: Any) -> None:
    (tmp_path / "keys.toml").write_text('[keys."sk-listed"]\n[keys."sk-other"]\n')
    (tmp_path / "limits.toml").write_text("[default]\nrpm = 1\n")
    settings = Settings(latency="instant", keys=tmp_path / "keys.toml", limits=str(tmp_path / "limits.toml"))
    with live(create_app(settings)) as server:
        base = openai.OpenAI(base_url=f"{server.url}/v1", api_key="sk-listed", max_retries=0)
        with pytest.raises(openai.AuthenticationError):
            base.with_options(api_key="sk-unlisted").chat.completions.create(model=MODEL, messages=MESSAGES)
        with pytest.raises(openai.NotFoundError) as unknown:
            base.chat.completions.create(model="gpt-nope", messages=MESSAGES)
        assert unknown.value.code == "model_not_found"
        base.chat.completions.create(model=MODEL, messages=MESSAGES)
        with pytest.raises(openai.RateLimitError) as limited:
            base.chat.completions.create(model=MODEL, messages=MESSAGES)
        assert limited.value.code == "rate_limit_exceeded"
        assert int(limited.value.response.headers["retry-after-ms"]) > 0
        base.close()


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_faults_are_server_errors(tmp_path: Any, status: int) -> None:
    (tmp_path / "faults.toml").write_text(f'[[rule]]\nfault = "status"\nstatus = {status}\n')
    with (
        live(create_app(Settings(latency="instant", faults=str(tmp_path / "faults.toml")))) as server,
        openai.OpenAI(base_url=f"{server.url}/v1", api_key="sk-a", max_retries=0) as client,
        pytest.raises(openai.InternalServerError) as failed,
    ):
        client.chat.completions.create(model=MODEL, messages=MESSAGES)
    assert failed.value.status_code == status


def test_a_client_that_waits_as_told_gets_its_answer(tmp_path: Any) -> None:
    (tmp_path / "limits.toml").write_text("[default]\nrpm = 1\n")
    settings = Settings(latency="instant", limits=str(tmp_path / "limits.toml"), speed=300)
    with (
        live(create_app(settings)) as server,
        openai.OpenAI(base_url=f"{server.url}/v1", api_key="sk-a", max_retries=1) as client,
    ):
        for _ in range(4):
            assert client.chat.completions.create(model=MODEL, messages=MESSAGES).choices
