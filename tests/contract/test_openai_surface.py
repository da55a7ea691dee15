"""Tools, schemas, log probabilities and several choices, as users of the official client ask for them."""

import json
from typing import Any

import openai
import pytest
from openai.types.chat import ChatCompletionMessageParam, ChatCompletionToolParam
from pydantic import BaseModel

MODEL = "gpt-4o-mini"
WEATHER: ChatCompletionToolParam = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Current weather of a city",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
            "additionalProperties": False,
        },
        "strict": True,
    },
}


class Event(BaseModel):
    class Guest(BaseModel):
        name: str
        confirmed: bool

    title: str
    guests: list[Guest]
    budget: float | None


def ask(text: str) -> list[ChatCompletionMessageParam]:
    return [{"role": "user", "content": text}]


def test_an_agent_loop_calls_its_tool_and_ends_with_text(client: openai.OpenAI) -> None:
    messages = ask("What's the weather in Paris, London and Tokyo?")
    rounds = 0
    while rounds < 3:
        rounds += 1
        answer = client.chat.completions.create(model=MODEL, messages=messages, tools=[WEATHER])
        said = answer.choices[0].message
        if not said.tool_calls:
            break
        assert answer.choices[0].finish_reason == "tool_calls"
        assert said.content is None
        messages.append(said)  # type: ignore[arg-type]
        for call in said.tool_calls:
            assert call.type == "function"
            city = json.loads(call.function.arguments)["city"]
            messages.append({"role": "tool", "tool_call_id": call.id, "content": f"Sunny in {city}"})
    assert rounds == 2
    cities = [message["content"] for message in messages if isinstance(message, dict) and message["role"] == "tool"]
    assert cities == ["Sunny in Paris", "Sunny in London", "Sunny in Tokyo"]
    assert answer.choices[0].finish_reason == "stop"
    assert "Sunny" in (said.content or "")


@pytest.mark.parametrize("question", ["What's the weather in Paris?", "What's the weather in Paris and Rome?"])
def test_streamed_calls_add_up_to_those_of_the_whole_answer(client: openai.OpenAI, question: str) -> None:
    plain = client.chat.completions.create(model=MODEL, messages=ask(question), tools=[WEATHER])
    with client.chat.completions.stream(
        model=MODEL, messages=ask(question), tools=[WEATHER], stream_options={"include_usage": True}
    ) as stream:
        events = list(stream)
        final = stream.get_final_completion()
    streamed, whole = final.choices[0].message.tool_calls, plain.choices[0].message.tool_calls
    assert streamed
    assert whole
    assert [call.function.arguments for call in streamed] == [
        call.function.arguments for call in whole if call.type == "function"
    ]
    assert len({call.id for call in streamed}) == len(streamed)
    assert final.choices[0].finish_reason == "tool_calls"
    assert final.usage == plain.usage
    assert any(event.type == "tool_calls.function.arguments.done" for event in events)


def test_a_named_function_is_called_and_stops(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(
        model=MODEL,
        messages=ask("Tell me a joke"),
        tools=[WEATHER],
        tool_choice={"type": "function", "function": {"name": "get_weather"}},
    )
    assert answer.choices[0].finish_reason == "stop"
    assert [call.type for call in answer.choices[0].message.tool_calls or ()] == ["function"]


def test_legacy_functions_are_called(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(
        model=MODEL, messages=ask("What's the weather in Rome?"), functions=[{"name": "weather", "parameters": {}}]
    )
    called = answer.choices[0].message.function_call
    assert called is not None
    assert (called.name, answer.choices[0].finish_reason) == ("weather", "function_call")


def test_a_custom_tool_gets_free_text(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(
        model=MODEL,
        messages=ask("Which invoices are unpaid?"),
        tools=[{"type": "custom", "custom": {"name": "run_sql", "description": "Runs SQL on the invoices"}}],
        tool_choice="required",
    )
    calls = answer.choices[0].message.tool_calls
    assert calls
    assert calls[0].type == "custom"
    assert calls[0].custom.input.startswith("SELECT")


def test_a_model_of_pydantic_is_parsed(client: openai.OpenAI) -> None:
    answer = client.chat.completions.parse(
        model=MODEL, messages=ask("Plan the birthday of Anna"), response_format=Event
    )
    parsed = answer.choices[0].message.parsed
    assert isinstance(parsed, Event)
    assert parsed.guests


def test_a_streamed_model_of_pydantic_is_parsed(client: openai.OpenAI) -> None:
    with client.chat.completions.stream(
        model=MODEL, messages=ask("Plan the birthday of Anna"), response_format=Event
    ) as stream:
        parsed = stream.get_final_completion().choices[0].message.parsed
    assert isinstance(parsed, Event)


def test_a_schema_that_does_not_fit_the_limit_is_cut_off(client: openai.OpenAI) -> None:
    with pytest.raises(openai.LengthFinishReasonError):
        client.chat.completions.parse(
            model=MODEL, messages=ask("Plan the birthday of Anna"), response_format=Event, max_tokens=5
        )


def test_refusals_and_filtered_answers_come_when_asked_for(client: openai.OpenAI) -> None:
    refused = client.chat.completions.create(model=MODEL, messages=ask("hi"), extra_headers={"x-mock-reply": "refusal"})
    message = refused.choices[0].message
    assert (message.content, refused.choices[0].finish_reason) == (None, "stop")
    assert message.refusal
    with client.chat.completions.stream(
        model=MODEL, messages=ask("hi"), extra_headers={"x-mock-reply": "refusal"}
    ) as stream:
        assert stream.get_final_completion().choices[0].message.refusal == message.refusal
    with pytest.raises(openai.ContentFilterFinishReasonError):
        client.chat.completions.parse(
            model=MODEL,
            messages=ask("hi"),
            response_format=Event,
            extra_headers={"x-mock-reply": "content_filter"},
        )
    with pytest.raises(openai.BadRequestError, match="Supported values are: 'refusal' and 'content_filter'"):
        client.chat.completions.create(model=MODEL, messages=ask("hi"), extra_headers={"x-mock-reply": "nonsense"})


def test_log_probabilities_belong_to_the_tokens(client: openai.OpenAI) -> None:
    wanted: dict[str, Any] = {"model": MODEL, "messages": ask("Why 😀 𓂀?"), "logprobs": True, "top_logprobs": 3}
    plain = client.chat.completions.create(**wanted)
    judged = plain.choices[0].logprobs
    assert judged is not None
    assert judged.content is not None
    assert plain.usage is not None
    assert len(judged.content) == plain.usage.completion_tokens
    assert b"".join(bytes(entry.bytes or ()) for entry in judged.content).decode() == plain.choices[0].message.content
    with client.chat.completions.stream(**wanted) as stream:
        final = stream.get_final_completion().choices[0].logprobs
    assert final is not None
    assert final.content == judged.content


def test_several_choices_differ_and_are_streamed_interleaved(client: openai.OpenAI) -> None:
    plain = client.chat.completions.create(model=MODEL, messages=ask("Why is the sky blue?"), n=3)
    texts = [choice.message.content for choice in plain.choices]
    assert len(set(texts)) == 3
    order, pieces, ended = [], ["", "", ""], set[int]()
    for chunk in client.chat.completions.create(
        model=MODEL, messages=ask("Why is the sky blue?"), n=3, stream=True, stream_options={"include_usage": True}
    ):
        for choice in chunk.choices:
            order.append(choice.index)
            pieces[choice.index] += choice.delta.content or ""
            if choice.finish_reason:
                ended.add(choice.index)
        usage = chunk.usage
    assert pieces == texts
    assert ended == {0, 1, 2}
    assert usage == plain.usage
    assert order != sorted(order)


def test_a_reasoning_model_thinks_within_its_limit(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(model="gpt-5", messages=ask("Why?"), reasoning_effort="high")
    assert answer.usage is not None
    details = answer.usage.completion_tokens_details
    assert details is not None
    assert details.reasoning_tokens
    assert details.reasoning_tokens % 64 == 0
    assert answer.usage.completion_tokens > details.reasoning_tokens
    short = client.chat.completions.create(model="gpt-5", messages=ask("Why?"), max_completion_tokens=10)
    assert (short.choices[0].message.content, short.choices[0].finish_reason) == ("", "length")
    assert short.usage is not None
    assert short.usage.completion_tokens == 10


def test_a_long_prompt_is_cached_the_second_time(client: openai.OpenAI) -> None:
    document = " ".join(f"clause {number} of the contract" for number in range(400))
    cached = []
    for question in ("Who pays?", "Who signs?"):
        answer = client.chat.completions.create(
            model=MODEL, messages=[{"role": "system", "content": document}, {"role": "user", "content": question}]
        )
        assert answer.usage is not None
        assert answer.usage.prompt_tokens_details is not None
        cached.append(answer.usage.prompt_tokens_details.cached_tokens)
    assert cached[0] == 0
    assert cached[1]
    assert cached[1] % 128 == 0
    assert cached[1] > 1_024


def test_the_same_seed_gets_the_same_answer_and_fingerprint(client: openai.OpenAI) -> None:
    one, two = (client.chat.completions.create(model="gpt-4o", messages=ask("hi"), seed=7) for _ in range(2))
    other = client.chat.completions.create(model="gpt-4o", messages=ask("hi"), seed=8)
    assert one.choices[0].message.content == two.choices[0].message.content
    assert one.choices[0].message.content != other.choices[0].message.content
    assert one.system_fingerprint == two.system_fingerprint
    assert one.system_fingerprint


def test_a_prediction_is_counted(client: openai.OpenAI) -> None:
    plain = client.chat.completions.create(model=MODEL, messages=ask("hi"))
    answer = client.chat.completions.create(
        model=MODEL, messages=ask("hi"), prediction={"type": "content", "content": "nothing like it"}
    )
    assert answer.usage is not None
    assert answer.usage.completion_tokens_details is not None
    assert answer.usage.completion_tokens_details.rejected_prediction_tokens
    assert plain.usage is not None
    assert plain.usage.completion_tokens_details is not None
    assert plain.usage.completion_tokens_details.rejected_prediction_tokens == 0


@pytest.mark.parametrize("stop", ["s", ["zzz", "th"], ["a", "b", "c", "d"]])
def test_a_stop_sequence_ends_the_text_before_it(client: openai.OpenAI, stop: str | list[str]) -> None:
    answer = client.chat.completions.create(model=MODEL, messages=ask("Why is the sky blue?"), stop=stop)
    said = answer.choices[0].message.content or ""
    assert all(each not in said for each in ([stop] if isinstance(stop, str) else stop))
    assert answer.choices[0].finish_reason == "stop"
