"""What has to hold between the messages of a request: calls and their results belong together."""

from collections.abc import Iterator, Sequence

from ..wire import errors
from .faults import Fault
from .messages import AnyMessage, Assistant, ToolResult


def conversation_faults(messages: Sequence[AnyMessage]) -> Iterator[Fault]:
    """Calls without a result, and results without a call."""
    open_calls: list[str] = []
    asked_at = 0
    for index, message in enumerate(messages):
        if isinstance(message, ToolResult):
            if message.tool_call_id in open_calls:
                open_calls.remove(message.tool_call_id)
            elif not _follows_calls(messages, index):
                yield ("messages", index, "role"), errors.orphan_tool_message(index)
            continue
        if open_calls:
            yield ("messages", asked_at, "tool_calls"), errors.unanswered_calls(index, open_calls)
            open_calls = []
        if isinstance(message, Assistant) and message.tool_calls:
            open_calls, asked_at = [call.id for call in message.tool_calls], index
    if open_calls:
        yield ("messages", asked_at, "tool_calls"), errors.unanswered_calls(len(messages), open_calls)


def _follows_calls(messages: Sequence[AnyMessage], index: int) -> bool:
    """Whether the results that this one stands among answer calls at all."""
    before = index - 1
    while before >= 0 and isinstance(messages[before], ToolResult):
        before -= 1
    asked = messages[before] if before >= 0 else None
    return isinstance(asked, Assistant) and bool(asked.tool_calls)
