"""What the application refuses in the messages as a whole: their length, and what has to stand in them."""

from collections.abc import Sequence

from .refusal import Refusal, application


def unanswered_calls(index: int, ids: Sequence[str]) -> Refusal:
    """400: calls without their results; `index` is that of the message that stands where the results should."""
    return application(
        "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. "
        f"The following tool_call_ids did not have response messages: {', '.join(ids)}",
        f"messages.[{index}].role",
    )


def orphan_tool_message(index: int) -> Refusal:
    """400: the result of a call that nobody made. The misspelling is the API's."""
    return application(
        "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
        f"messages.[{index}].role",
    )


def prompt_too_long(maximum: int, messages: int, functions: int = 0) -> Refusal:
    """400: a prompt that does not fit the model."""
    parts = f" ({messages} in the messages, {functions} in the functions)" if functions else ""
    which = "messages or functions" if functions else "messages"
    return _overflow(
        f"This model's maximum context length is {maximum} tokens. However, your messages resulted in "
        f"{messages + functions} tokens{parts}. Please reduce the length of the {which}."
    )


def answer_too_long(maximum: int, messages: int, functions: int, completion: int) -> Refusal:
    """400: a prompt that fits the model, but not together with the answer that was asked for."""
    told = f"{messages} in the messages, " + (f"{functions} in the functions, " if functions else "")
    which = "messages, functions, or completion" if functions else "messages or completion"
    return _overflow(
        f"This model's maximum context length is {maximum} tokens. However, you requested "
        f"{messages + functions + completion} tokens ({told}{completion} in the completion). "
        f"Please reduce the length of the {which}."
    )


def input_too_long(maximum: int, tokens: int) -> Refusal:
    """400: a prompt that does not fit a model of the gpt-5 class."""
    return _overflow(
        f"Input tokens exceed the configured limit of {maximum} tokens. Your messages resulted in {tokens} tokens. "
        "Please reduce the length of the messages."
    )


def _overflow(message: str) -> Refusal:
    return application(message, "messages", "context_length_exceeded")


def bad_image() -> Refusal:
    """400: a data URL that holds no image of a known kind."""
    return application(
        "You uploaded an unsupported image. Please make sure your image has of one the following formats: "
        "['png', 'jpeg', 'gif', 'webp'].",
        None,
        "invalid_image_format",
    )


def image_not_downloaded() -> Refusal:
    """400: a URL from which no image could be fetched."""
    return application("Error while downloading URL.", None, "invalid_image_url")


def json_not_mentioned() -> Refusal:
    """400: JSON mode without the word "json" anywhere in the messages."""
    return application(
        "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
        "messages",
    )
