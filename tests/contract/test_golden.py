"""Answers over a real connection against the recorded shapes: byte for byte, but for what differs each time.

`<...>` in a shape stands for something: `<id>`, `<created>` and the like for what has a pattern of its own, `<text>`
for any JSON string's inside, `<n>` for a number.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import orjson
import pytest

from mockserver.app import create_app
from mockserver.settings import Settings
from tests.mockserver.live import live
from tests.mockserver.raw import Response, fetch

PATTERNS: Final = {
    "id": r"chatcmpl-[0-9A-Za-z]{29}",
    "call": r"call_[0-9A-Za-z]{24}",
    "req": r"req_[0-9a-f]{32}",
    "fp": r"fp_[0-9a-f]{10}",
    "created": r"\d{10}",
    "n": r"\d+",
    "text": r'(?:[^"\\]|\\.)*',
    "pad": r"[0-9A-Za-z]{0,15}",
    "fragment": r'(?:[^"\\]|\\.){1,14}',
}
WEATHER: dict[str, Any] = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    limits: Path = tmp_path_factory.mktemp("limits") / "limits.toml"
    limits.write_text('[default]\nrpm = 10_000\ntpm = 200_000\n[models."gpt-4"]\nrpm = 1\n')
    with live(create_app(Settings(latency="instant", limits=str(limits), reply_tokens=3))) as server:
        yield server.url


def ask(url: str, question: str = "hi", **fields: Any) -> Response:
    body = orjson.dumps({"model": "gpt-4o", "messages": [{"role": "user", "content": question}], **fields})
    return sent(url, body)


def sent(url: str, body: bytes, key: str = "sk-golden-0123456789") -> Response:
    head = (
        "POST /v1/chat/completions HTTP/1.1\r\nhost: test\r\nconnection: close\r\n"
        f"authorization: Bearer {key}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return fetch(url, head.encode() + body)


def assert_like(got: bytes, shape: str) -> None:
    """Whether these are the bytes of the shape."""
    pieces = re.split(r"<(\w+)>", shape)
    pattern = "".join(re.escape(part) if at % 2 == 0 else PATTERNS[part] for at, part in enumerate(pieces))
    assert re.fullmatch(pattern, got.decode(), re.DOTALL), f"{got.decode()}\n is not\n{shape}"


USAGE = """  "usage": {
    "prompt_tokens": <n>,
    "completion_tokens": <n>,
    "total_tokens": <n>,
    "prompt_tokens_details": {
      "cached_tokens": 0,
      "audio_tokens": 0
    },
    "completion_tokens_details": {
      "reasoning_tokens": <n>,
      "audio_tokens": 0,
      "accepted_prediction_tokens": 0,
      "rejected_prediction_tokens": 0
    }
  },
  "service_tier": "default",
"""


def test_a_whole_answer(url: str) -> None:
    assert_like(
        ask(url).body,
        """{
  "id": "<id>",
  "object": "chat.completion",
  "created": <created>,
  "model": "gpt-4o-2024-08-06",
  "choices": [
    {
      "index": 0,
      "message": {
        "role": "assistant",
        "content": "<text>",
        "refusal": null,
        "annotations": []
      },
      "logprobs": null,
      "finish_reason": "stop"
    }
  ],
"""
        + USAGE
        + """  "system_fingerprint": "<fp>"
}
""",
    )


def test_a_whole_answer_of_a_reasoning_model(url: str) -> None:
    assert_like(
        ask(url, model="gpt-5").body,
        """{
  "id": "<id>",
  "object": "chat.completion",
  "created": <created>,
  "model": "gpt-5-2025-08-07",
  "choices": [
    {
      "index": 0,
      "message": {
        "role": "assistant",
        "content": "<text>",
        "refusal": null,
        "annotations": []
      },
      "finish_reason": "stop"
    }
  ],
"""
        + USAGE
        + """  "system_fingerprint": null
}
""",
    )


def test_a_whole_answer_that_calls_a_tool(url: str) -> None:
    assert_like(
        ask(url, "What's the weather in Paris?", tools=[WEATHER]).body,
        """{
  "id": "<id>",
  "object": "chat.completion",
  "created": <created>,
  "model": "gpt-4o-2024-08-06",
  "choices": [
    {
      "index": 0,
      "message": {
        "role": "assistant",
        "content": null,
        "tool_calls": [
          {
            "id": "<call>",
            "type": "function",
            "function": {
              "name": "get_weather",
              "arguments": "{\\"city\\":\\"Paris\\"}"
            }
          }
        ],
        "refusal": null,
        "annotations": []
      },
      "logprobs": null,
      "finish_reason": "tool_calls"
    }
  ],
"""
        + USAGE
        + """  "system_fingerprint": "<fp>"
}
""",
    )


START = (
    'data: {"id":"<id>","object":"chat.completion.chunk","created":<created>,"model":"gpt-4o-2024-08-06",'
    '"service_tier":"default","system_fingerprint":"<fp>","choices":['
)
END = ',"obfuscation":"<pad>"}\n\n'


def chunk(delta: str, *, finish: str = "null", index: int = 0, usage: str = "") -> str:
    return f'{START}{{"index":{index},"delta":{delta},"logprobs":null,"finish_reason":{finish}}}]{usage}{END}'


ROLE = '{"role":"assistant","content":"","refusal":null}'
DONE = "data: [DONE]\n\n"


def test_a_stream(url: str) -> None:
    content = chunk('{"content":"<text>"}')
    assert_like(ask(url, stream=True).body, chunk(ROLE) + content * 3 + chunk("{}", finish='"stop"') + DONE)


def test_a_stream_with_usage(url: str) -> None:
    asked: dict[str, Any] = {"stream": True, "stream_options": {"include_usage": True}}
    null = ',"usage":null'
    counted = (
        '],"usage":{"prompt_tokens":<n>,"completion_tokens":3,"total_tokens":<n>,'
        '"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},'
        '"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,"accepted_prediction_tokens":0,'
        '"rejected_prediction_tokens":0}}'
    )
    assert_like(
        ask(url, **asked).body,
        chunk(ROLE, usage=null)
        + chunk('{"content":"<text>"}', usage=null) * 3
        + chunk("{}", finish='"stop"', usage=null)
        + START
        + counted
        + END
        + DONE,
    )


def test_a_stream_without_obfuscation(url: str) -> None:
    got = ask(url, stream=True, stream_options={"include_obfuscation": False}).body
    plain = chunk(ROLE) + chunk('{"content":"<text>"}') * 3 + chunk("{}", finish='"stop"') + DONE
    assert_like(got, plain.replace(END, "}\n\n"))


def test_a_stream_that_makes_one_call(url: str) -> None:
    opening = (
        '{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"<call>","type":"function",'
        '"function":{"name":"get_weather","arguments":""}}],"refusal":null}'
    )
    fragment = chunk('{"tool_calls":[{"index":0,"function":{"arguments":"<text>"}}]}')
    got = ask(url, "What's the weather in Paris?", tools=[WEATHER], stream=True).body
    count = got.count(b'"function":{"arguments":')
    assert_like(got, chunk(opening) + fragment * count + chunk("{}", finish='"tool_calls"') + DONE)


def test_a_stream_that_makes_several_calls(url: str) -> None:
    got = ask(url, "What's the weather in Paris and Rome?", tools=[WEATHER], stream=True).body
    shape = chunk('{"role":"assistant","content":null}')
    for index in (0, 1):
        shape += chunk(
            f'{{"tool_calls":[{{"index":{index},"id":"<call>","type":"function",'
            '"function":{"name":"get_weather","arguments":""}}]}'
        )
        count = got.count(b'{"tool_calls":[{"index":%d,"function"' % index)
        shape += chunk(f'{{"tool_calls":[{{"index":{index},"function":{{"arguments":"<fragment>"}}}}]}}') * count
    assert_like(got, shape + chunk("{}", finish='"tool_calls"') + DONE)


def gateway(message: str, code: str) -> str:
    return f"""{{
    "error": {{
        "message": "{message}",
        "type": "invalid_request_error",
        "param": null,
        "code": {code}
    }}
}}
"""


def no_model(name: str) -> str:
    return gateway(f"The model `{name}` does not exist or you do not have access to it.", '"model_not_found"')


@pytest.mark.parametrize(
    ("body", "shape"),
    [
        (
            b'{"model": "gpt-9"}',
            no_model("gpt-9"),
        ),
        (b"{}", gateway("you must provide a model parameter", "null")),
        (
            b'{"model": "<gpt&>"}',
            gateway(
                r"The model `\u003cgpt\u0026\u003e` does not exist or you do not have access to it.",
                '"model_not_found"',
            ),
        ),
    ],
)
def test_errors_of_the_gateway_have_four_spaces_and_a_newline(url: str, body: bytes, shape: str) -> None:
    assert sent(url, body).body.decode() == shape


def test_errors_of_the_application_have_two_spaces_and_no_newline(url: str) -> None:
    assert (
        sent(url, b'{"model": "gpt-4o"}').body.decode()
        == """{
  "error": {
    "message": "Missing required parameter: 'messages'.",
    "type": "invalid_request_error",
    "param": "messages",
    "code": "missing_required_parameter"
  }
}"""
    )


def names(response: Response) -> list[str]:
    return [line.partition(b":")[0].decode() for line in response.head[1:]]


APPLICATION = [
    "content-type",
    "access-control-expose-headers",
    "openai-organization",
    "openai-processing-ms",
    "openai-project",
    "openai-version",
    "x-ratelimit-limit-requests",
    "x-ratelimit-limit-tokens",
    "x-ratelimit-remaining-requests",
    "x-ratelimit-remaining-tokens",
    "x-ratelimit-reset-requests",
    "x-ratelimit-reset-tokens",
    "x-request-id",
    "x-openai-proxy-wasm",
]


def test_headers_are_those_of_the_layer_that_answers(url: str) -> None:
    assert names(ask(url)) == [*APPLICATION, "content-length", "connection"]
    assert names(ask(url, stream=True)) == [*APPLICATION, "connection", "transfer-encoding"]
    assert names(ask(url, n=0)) == [*APPLICATION, "content-length", "connection"]
    assert names(sent(url, b"{}")) == [
        *("content-type", "x-request-id", "x-openai-proxy-wasm", "vary", "content-length", "connection")
    ]


def test_a_refused_request_has_been_paid_for_and_one_at_the_gateway_has_not(url: str) -> None:
    def remaining(response: Response) -> str:
        return next(line for line in response.head if line.startswith(b"x-ratelimit-remaining-requests")).decode()

    key = "sk-golden-of-its-own"
    first = sent(url, b'{"model": "gpt-4o"}', key)
    sent(url, b"{}", key)
    second = sent(url, b'{"model": "gpt-4o"}', key)
    assert [remaining(first), remaining(second)] == [
        "x-ratelimit-remaining-requests: 9999",
        "x-ratelimit-remaining-requests: 9998",
    ]


def test_a_rate_limit_is_told_in_the_gateways_layout_under_the_applications_headers(url: str) -> None:
    ask(url, model="gpt-4")
    refused = ask(url, model="gpt-4")
    assert refused.head[0] == b"HTTP/1.1 429 Too Many Requests"
    assert_like(
        refused.body,
        """{
    "error": {
        "message": "Rate limit reached for gpt-4 in organization org-<text> on requests per min (RPM): """
        """Limit 1, Used 1, Requested 1. Please try again in <text>. """
        """Visit https://platform.openai.com/account/rate-limits to learn more.",
        "type": "requests",
        "param": null,
        "code": "rate_limit_exceeded"
    }
}
""",
    )
    assert {"retry-after", "retry-after-ms", "x-request-id", "openai-processing-ms"} <= set(names(refused))
