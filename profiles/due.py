"""What a client has to find of each fault: the outcome and detail that are due, streamed and plain."""

from collections.abc import Mapping
from typing import Final

import msgspec

from .record import Outcome


class Due(msgspec.Struct, frozen=True):
    """An outcome and what is said of it (records.jsonl); no detail is an empty one."""

    outcome: Outcome
    detail: str = ""


def _alike(outcome: Outcome, detail: str = "") -> tuple[Due, Due]:
    return Due(outcome, detail), Due(outcome, detail)


DUE: Final[Mapping[str, tuple[Due, Due]]] = {
    "none": _alike("complete"),
    "status_500": _alike("server_error", "server_error"),
    "status_502": _alike("server_error", "502"),
    "status_503": _alike("server_error", "server_error"),
    "not_ready": _alike("server_error", "server_error"),
    "rate_limit": _alike("rate_limited", "rate_limit_exceeded"),
    "quota": _alike("quota_exhausted", "insufficient_quota"),
    # a hang that ends, ends with the connection; one that does not, with the client's patience (timeout)
    "hang": _alike("disconnected", "eof"),
    "slow_headers": _alike("complete"),
    "slow_first_token": _alike("complete"),
    "slow_tokens": _alike("complete"),
    "stall": _alike("complete"),
    "truncate": (Due("truncated", "no_finish_reason"), Due("malformed", "json")),
    "disconnect": _alike("disconnected", "eof"),
    "reset": _alike("disconnected", "reset"),
    "error_event": _alike("stream_error", "server_error"),
    "garble": _alike("malformed", "json"),
    "bad_utf8": _alike("malformed", "json"),
    # the text is one token longer, which the count of tokens may be anyway; a whole body comes once
    "duplicate_chunk": _alike("complete"),
    "wrong_content_type": _alike("malformed", "content_type"),
    "wrong_usage": _alike("complete", "usage_mismatch"),
    "missing_usage": _alike("complete", "usage_missing"),
    "empty": _alike("empty"),
    "length": _alike("complete", "length"),
    "content_filter": _alike("invalid_content", "content_filter"),
    "refusal": _alike("complete"),
    # where no tool was offered nothing is called
    "bad_tool_call": _alike("complete"),
}
"""By the name that the journal has for a fault, streamed and plain. What is only slow is complete."""


def due(fault: str | None, *, streamed: bool) -> Due | None:
    """What is due for a request that the journal names this fault for; None for what the table does not know."""
    pair = DUE.get(fault or "none")
    return None if pair is None else pair[0 if streamed else 1]
