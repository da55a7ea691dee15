"""From the fields of a chat request to the question it asks."""

from dataclasses import dataclass
from typing import Any

from profiles.catalogue import ModelFacts
from profiles.tokens import Message, prompt_tokens

from ..question import Conversation, JsonMode, Question
from ..wire import errors
from ..wire.errors import Refusal
from .fields import ChatFields, read_fields


@dataclass(frozen=True, slots=True)
class Reading:
    """A valid request: what it asks, and what a stream of the answer holds beside the text."""

    question: Question
    include_usage: bool
    obfuscated: bool


def conversation_of(body: dict[str, Any]) -> Conversation:
    """The messages of a body, as far as they are messages: the limiter counts them before anything is validated.

    Text parts are joined; parts of another kind have no text.
    """
    messages = body.get("messages")
    if not isinstance(messages, list):
        return ()
    return tuple(_message(entry) for entry in messages if isinstance(entry, dict))


def read_question(body: dict[str, Any], facts: ModelFacts, conversation: Conversation) -> Reading | Refusal:
    """What a body asks of a model, or why the application refuses it."""
    fields = read_fields(body)
    if isinstance(fields, Refusal):
        return fields
    refusal = _unsupported(fields) or _too_long_an_answer(fields, facts) or _json_not_mentioned(fields, conversation)
    if refusal is not None:
        return refusal
    question = Question(
        facts,
        conversation,
        prompt_tokens(conversation, facts),
        cap=fields.max_completion_tokens or fields.max_tokens,
        stop=(fields.stop,) if isinstance(fields.stop, str) else tuple(fields.stop or ()),
        form=JsonMode() if _is_json(fields) else None,
    )
    if question.prompt_tokens > facts.context_tokens:
        return errors.context_length_exceeded(facts.context_tokens, question.prompt_tokens)
    options = fields.stream_options
    return Reading(
        question,
        include_usage=options is not None and options.include_usage is True,
        obfuscated=options is None or options.include_obfuscation is not False,
    )


def _message(entry: dict[str, Any]) -> Message:
    role, content, name = entry.get("role"), entry.get("content"), entry.get("name")
    if isinstance(content, list):
        parts = (part.get("text") for part in content if isinstance(part, dict))
        content = "".join(text for text in parts if isinstance(text, str))
    return Message(
        role if isinstance(role, str) else "",
        content if isinstance(content, str) else "",
        name if isinstance(name, str) else None,
    )


def _unsupported(fields: ChatFields) -> Refusal | None:
    """What the API can do and this server cannot yet: said, instead of answering something else."""
    if fields.n is not None and fields.n > 1:
        return errors.unsupported_value("n", str(fields.n))
    if fields.response_format is not None and fields.response_format.type == "json_schema":
        return errors.unsupported_value("response_format.type", "'json_schema'")
    return None


def _too_long_an_answer(fields: ChatFields, facts: ModelFacts) -> Refusal | None:
    for name, cap in (("max_completion_tokens", fields.max_completion_tokens), ("max_tokens", fields.max_tokens)):
        if cap is not None and cap > facts.max_output_tokens:
            return errors.too_many_output_tokens(name, facts.max_output_tokens, cap)
    return None


def _json_not_mentioned(fields: ChatFields, conversation: Conversation) -> Refusal | None:
    mentioned = not _is_json(fields) or any("json" in message.text.lower() for message in conversation)
    return None if mentioned else errors.json_not_mentioned()


def _is_json(fields: ChatFields) -> bool:
    return fields.response_format is not None and fields.response_format.type == "json_object"
