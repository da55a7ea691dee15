"""The timeline: everything a client saw of one attempt, before anybody judges it.

Instants are seconds after `Timeline.sent_at`, the moment the attempt began (before name lookup and connecting, because
that is what a user waits for). What did not happen is None. All of it are structs, as records are: each attempt has a
dozen of these objects made, and as frozen dataclasses they took six times as long.
"""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import msgspec

FailureKind = Literal[
    "dns",
    "refused",
    "unreachable",
    "proxy",
    "tls",
    "connect_timeout",
    "reset",
    "eof",
    "protocol",
    "first_token_timeout",
    "idle_timeout",
    "total_timeout",
    "cancelled",
    "abandoned",
]


Clock = Literal["kernel", "app"]
"""Who said when a read had come: the kernel's stamp of its last segment, or the application after the read."""


class Read(NamedTuple):
    """One read that brought content: when it had come, in how many events, and how long the text was afterwards."""

    at_s: float
    events: int
    text_end: int


class Failure(msgspec.Struct, frozen=True):
    """What ended an attempt other than the end of its answer; `why` is one line for a person, free of secrets."""

    during: Literal["connect", "answer"]
    kind: FailureKind
    why: str = ""


class Link(msgspec.Struct, frozen=True):
    """The connection an attempt used. A reused one has no times of its own; a literal address needs no lookup."""

    dns_s: float | None = None
    connect_s: float | None = None
    tls_s: float | None = None
    reused: bool = False
    resent: bool = False


class Usage(msgspec.Struct, frozen=True):
    """The token counts that the server stated."""

    prompt: int
    completion: int
    total: int | None = None
    cached: int | None = None
    reasoning: int | None = None

    @property
    def visible(self) -> int:
        """The completion tokens that a reader gets to see: without the reasoning."""
        return self.completion - (self.reasoning or 0)


class ToolCall(msgspec.Struct, frozen=True):
    """A function the model wants called; `arguments` is the JSON text as it came."""

    id: str
    name: str
    arguments: str


class Reply(msgspec.Struct, frozen=True):
    """What an answer of status 200 said, streamed or not.

    `text`, `refusal` and `tool_calls` are those of the first of `choices` many. `finish_reason` is None as long as any
    of them has none. `malformed` names what about the answer was not the API's form, `error` is an error object inside
    the 200 answer.
    """

    text: str = ""
    refusal: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    finish_reason: str | None = None
    done_seen: bool = False
    usage: Usage | None = None
    model: str | None = None
    choices: int = 1
    error: Mapping[str, Any] | None = None
    malformed: str | None = None


class Timeline(msgspec.Struct, frozen=True, kw_only=True):
    """What was observed of one attempt.

    `headers` have lower-case names. `body` is the text of an answer that was not 200, cut to a bound and redacted;
    `error` the error object in it. `done_s` is when `[DONE]` or the last byte had been read, or when it failed.

    `clock` is "kernel" when every read had a stamp of the kernel, None when nothing was read. `lag_s` is the most that
    this process was late to read what had come, or to notice anything, meanwhile: a read may hold segments older than
    its stamp, so it is a bound for none but the last of them.
    """

    sent_at: float
    stream: bool
    usage_asked: bool = True
    link: Link = Link()
    status: int | None = None
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)
    headers_s: float | None = None
    first_event_s: float | None = None
    first_visible_s: float | None = None
    reads: tuple[Read, ...] = ()
    done_s: float | None = None
    reply: Reply = Reply()
    body: str = ""
    error: Mapping[str, Any] | None = None
    failure: Failure | None = None
    clock: Clock | None = None
    lag_s: float | None = None

    @property
    def text(self) -> str:
        """What the model said."""
        return self.reply.text

    @property
    def first_token_s(self) -> float | None:
        """When the first content was there: the read that held the first event with content, not the role chunk."""
        return self.reads[0].at_s if self.reads else None

    @property
    def last_token_s(self) -> float | None:
        """When the last content was there."""
        return self.reads[-1].at_s if self.reads else None
