"""From the body of a chat request to the question it asks."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec
from pydantic import ValidationError

from profiles.catalogue import ModelFacts
from profiles.images import Image, image_of, is_downloadable
from profiles.tokens import Message, SaidCall, prompt_tokens
from profiles.tools import ToolText, schema_tokens, tool_tokens

from ..question import Conversation, Form, JsonMode, JsonOf, Question, ServiceTier
from ..reply.schema import schema_fault
from ..wire import errors
from ..wire.errors import Refusal
from .conversation import conversation_faults
from .faults import Fault, field_faults, first, unrecognized_fault
from .fields import ChatFields, PlainFormat, SchemaFormat
from .messages import AudioPart, FilePart
from .offering import offer_faults, offer_of
from .rules import rule_faults, unknown_to

_TIERS: Final[dict[str, ServiceTier]] = {"flex": "flex", "scale": "scale", "priority": "priority", "fast": "priority"}
_BASE64_PER_TOKEN: Final = 24
"""Assumption: what a token of audio or of a file takes in base64."""


class Reading(msgspec.Struct, frozen=True):
    """A valid request: what it asks, and what a stream of the answer holds beside the text.

    `cache_key` is what two prompts must have in common to share the prompt cache, beside who asks and which model;
    `kept_for_a_day` whether the cache was asked to keep it.
    """

    question: Question
    include_usage: bool
    obfuscated: bool
    cache_key: str
    kept_for_a_day: bool


def conversation_of(body: dict[str, Any]) -> Conversation:
    """The messages of a body, as far as they are messages: the limiter counts them before anything is validated."""
    messages = body.get("messages")
    if not isinstance(messages, list):
        return ()
    return tuple(_message(entry) for entry in messages if isinstance(entry, dict))


def read_question(body: dict[str, Any], facts: ModelFacts, conversation: Conversation) -> Reading | Refusal:
    """What a body asks of a model, or why the application refuses it."""
    fields = _valid_fields(body, facts, conversation)
    if isinstance(fields, Refusal):
        return fields
    offer, form = offer_of(fields), _form(fields)
    functions = _tool_tokens(fields, facts, conversation)
    messages = prompt_tokens(conversation, facts) + _other_tokens(fields)
    cap = fields.max_completion_tokens or fields.max_tokens
    overflow = context_overflow(facts, messages, functions, cap)
    if overflow is not None:
        return overflow
    question = Question(
        facts,
        conversation,
        messages + functions,
        cap=cap,
        stop=(fields.stop,) if isinstance(fields.stop, str) else tuple(fields.stop or ()),
        form=form,
        offer=offer,
        n=fields.n or 1,
        top_logprobs=(fields.top_logprobs or 0) if fields.logprobs else None,
        effort=fields.reasoning_effort,
        prediction=_predicted(fields),
        service_tier=_TIERS.get(fields.service_tier or "", "default"),
    )
    options = fields.stream_options
    return Reading(
        question,
        include_usage=options is not None and options.include_usage is True,
        obfuscated=options is None or options.include_obfuscation is not False,
        cache_key=f"{fields.prompt_cache_key or ''}/{fields.reasoning_effort or ''}",
        kept_for_a_day=fields.prompt_cache_retention == "24h",
    )


def context_overflow(facts: ModelFacts, messages: int, functions: int, cap: int | None) -> Refusal | None:
    """The refusal of a prompt, of so many tokens in messages and functions, that is too long for the model.

    Models of 2023 count the answer that was asked for; how the others treat a prompt that leaves no room for it is not
    known: they answer what fits.
    """
    most = facts.context_tokens
    if facts.overflow == "request" and cap is not None and messages + functions + cap > most:
        return errors.answer_too_long(most, messages, functions, cap)
    if messages + functions <= most:
        return None
    if facts.overflow == "input":
        return errors.input_too_long(most, messages + functions)
    return errors.prompt_too_long(most, messages, functions)


def _valid_fields(body: dict[str, Any], facts: ModelFacts, conversation: Conversation) -> ChatFields | Refusal:
    """The fields of a body in which nothing is wrong, or the refusal of what is wrong first."""
    faults: list[Fault] = list(rule_faults(body, facts))
    unknown = unrecognized_fault(body, unknown_to(facts))
    if unknown is not None:
        faults.append(unknown)
    try:
        fields = ChatFields.model_validate(body)
    except ValidationError as error:
        return first(body, [*faults, *field_faults(error)])
    faults += conversation_faults(fields.messages)
    faults += offer_faults(fields)
    faults += _form_faults(fields, conversation)
    return first(body, faults) if faults else fields


def _form_faults(fields: ChatFields, conversation: Conversation) -> Iterator[Fault]:
    asked = fields.response_format
    is_json = isinstance(asked, PlainFormat) and asked.type == "json_object"
    if is_json and not any("json" in message.text.lower() for message in conversation):
        yield ("messages",), errors.json_not_mentioned()
    if isinstance(asked, SchemaFormat):
        wanted = asked.json_schema
        fault = schema_fault(wanted.schema_ or {}, strict=wanted.strict is True)
        if fault is not None:
            refusal = errors.invalid_schema("response_format", wanted.name, fault, "response_format")
            yield ("response_format", "json_schema", "schema"), refusal
    for index, message in enumerate(fields.messages):
        for place, part in enumerate(message.content if isinstance(message.content, list) else ()):
            if part.type != "image_url":
                continue
            if not is_downloadable(part.image_url.url):
                yield ("messages", index, "content", place), errors.image_not_downloaded()
            elif image_of(part.image_url.url, "auto") is None:
                yield ("messages", index, "content", place), errors.bad_image()


def _message(entry: dict[str, Any]) -> Message:
    role, content, name = entry.get("role"), entry.get("content"), entry.get("name")
    images: tuple[Image, ...] = ()
    if isinstance(content, list):
        parts = [part for part in content if isinstance(part, dict)]
        images = tuple(image for part in parts if (image := _image(part)) is not None)
        content = "".join(text for part in parts if isinstance(text := part.get("text"), str))
    answers = entry.get("tool_call_id")
    return Message(
        role if isinstance(role, str) else "",
        content if isinstance(content, str) else "",
        name if isinstance(name, str) else None,
        _calls(entry) if role == "assistant" else (),
        answers if isinstance(answers, str) else None,
        images,
    )


def _image(part: dict[str, Any]) -> Image | None:
    source = part.get("image_url")
    url = source.get("url") if isinstance(source, dict) else None
    if not isinstance(source, dict) or not isinstance(url, str):
        return None
    detail = source.get("detail")
    return image_of(url, detail if detail in ("low", "high") else "auto")


def _calls(entry: dict[str, Any]) -> tuple[SaidCall, ...]:
    """The calls in an assistant's message, legacy or not."""
    listed = entry.get("tool_calls")
    calls = [call for call in listed if isinstance(call, dict)] if isinstance(listed, list) else []
    legacy = entry.get("function_call")
    if isinstance(legacy, dict):
        calls.append({"function": legacy})
    said = []
    for call in calls:
        what = call.get("function") or call.get("custom")
        if isinstance(what, dict):
            arguments = what.get("arguments", what.get("input"))
            said.append(SaidCall(str(call.get("id", "")), str(what.get("name", "")), str(arguments or "")))
    return tuple(said)


def _form(fields: ChatFields) -> Form:
    asked = fields.response_format
    if isinstance(asked, SchemaFormat):
        wanted = asked.json_schema
        return JsonOf(wanted.name, wanted.schema_ or {"type": "object"}, strict=wanted.strict is True)
    return JsonMode() if asked is not None and asked.type == "json_object" else None


def _tool_tokens(fields: ChatFields, facts: ModelFacts, conversation: Conversation) -> int:
    texts: list[ToolText] = []
    for tool in fields.tools or ():
        if tool.type == "function":
            texts.append(ToolText(tool.function.name, tool.function.description or "", tool.function.parameters))
        else:
            texts.append(ToolText(tool.custom.name, tool.custom.description or ""))
    texts += [ToolText(each.name, each.description or "", each.parameters) for each in fields.functions or ()]
    after_system = any(message.role in ("system", "developer") for message in conversation)
    named = fields.tool_choice is not None and not isinstance(fields.tool_choice, str)
    total = tool_tokens(texts, facts, after_system=after_system, named=named)
    if isinstance(fields.response_format, SchemaFormat):
        total += schema_tokens(fields.response_format.json_schema.schema_ or {}, facts)
    return total


def _other_tokens(fields: ChatFields) -> int:
    """What audio and files count."""
    total = 0
    for message in fields.messages:
        for part in message.content if isinstance(message.content, list) else ():
            if isinstance(part, AudioPart):
                total += len(part.input_audio.data) // _BASE64_PER_TOKEN
            elif isinstance(part, FilePart):
                total += len(part.file.file_data or "") // _BASE64_PER_TOKEN
    return total


def _predicted(fields: ChatFields) -> str | None:
    if fields.prediction is None:
        return None
    content = fields.prediction.content
    return content if isinstance(content, str) else "".join(part.text for part in content)
