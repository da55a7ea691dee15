"""records.jsonl: one attempt a line, the durable format between measuring and everything that is made of it.

Times: epoch seconds for `*_at`, milliseconds from `sent_at` for `*_ms`. What is None was not measured and is left out
of the line; it is never 0. Change a field only with a new `VERSION`.
"""

from collections.abc import Mapping
from typing import Final, Literal, get_args

import msgspec
import orjson

VERSION: Final = 1

Outcome = Literal[
    "complete",
    "truncated",
    "stream_error",
    "stalled",
    "timeout",
    "connect_error",
    "disconnected",
    "rate_limited",
    "quota_exhausted",
    "client_error",
    "server_error",
    "malformed",
    "empty",
    "invalid_content",
    "cancelled",
    "abandoned",
    "not_sent",
]
"""How an attempt ended. Only "complete" is a success; "abandoned" (a planned hang-up) and "not_sent" are neither."""

OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)

Buckets = Mapping[int, int]
"""A log-bucket histogram: bucket index -> count (the scheme is harness.measure.histogram's)."""


# A struct is read from a line in the time that parsing the JSON alone takes; dataclasses took four times as long.


class Tokens(msgspec.Struct, frozen=True, omit_defaults=True):
    """Token counts of an answer; `source` says whether the server's usage or a local count gave them."""

    prompt: int | None = None
    completion: int | None = None
    cached: int | None = None
    reasoning: int | None = None
    source: Literal["usage", "local"] = msgspec.field(default_factory=lambda: "usage")  # no default: it is written


class Gaps(msgspec.Struct, frozen=True):
    """Gaps in ms: instant of a read that brought content - that of the one before. How many, the longest, all."""

    n: int
    max_ms: float
    buckets: Buckets


class Itl(msgspec.Struct, frozen=True):
    """Inter-token latencies in ms: gap / tokens in the later read, once for each of them. How many, their sum, all."""

    n: int
    sum_ms: float
    buckets: Buckets


class Record(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    tag_field="v",
    tag=VERSION,
    rename={"class_": "class"},
    omit_defaults=True,
):
    """One attempt. `id` is CALL.ATTEMPT and was sent as X-Client-Request-Id; `class_` is "class" in the line."""

    id: str
    attempt: int
    class_: str
    model: str
    stream: bool
    intended_at: float
    outcome: Outcome
    session: str | None = None
    turn: int | None = None
    stage: str | None = None
    worker: str | None = None
    labels: Mapping[str, str] = msgspec.field(default_factory=dict)
    served_model: str | None = None
    sent_at: float | None = None
    dns_ms: float | None = None
    connect_ms: float | None = None
    tls_ms: float | None = None
    reused: bool | None = None
    resent: bool | None = None
    processing_ms: float | None = None
    headers_ms: float | None = None
    first_event_ms: float | None = None
    first_token_ms: float | None = None
    first_visible_ms: float | None = None
    last_token_ms: float | None = None
    done_ms: float | None = None
    clock: Literal["kernel", "app"] | None = None
    lag_ms: float | None = None
    coalesced: int | None = None
    status: int | None = None
    detail: str | None = None
    finish_reason: str | None = None
    request_id: str | None = None
    tokens: Tokens | None = None
    gaps: Gaps | None = None
    itl: Itl | None = None
    ratelimit: Mapping[str, str] = msgspec.field(default_factory=dict)
    wait_ms: float | None = None
    cost_usd: float | None = None

    @property
    def call(self) -> str:
        """What the attempts of one call share: the id before its last dot."""
        return self.id.rpartition(".")[0]

    def to_json(self) -> bytes:
        """The record as one line, without the newline."""
        line = _ENCODER.encode(self)
        # A quote inside a text has a backslash before it: the first such member is the record's own.
        place = line.index(_BEHIND_CALL)
        return b'%b,"call":%b%b' % (line[:place], _ENCODER.encode(self.call), line[place:])

    @classmethod
    def from_json(cls, line: bytes | str) -> "Record":
        """The record of a line. Raises ValueError when it is not one of this version."""
        try:
            record = _LINE.decode(line)
        except ValueError as error:
            raise ValueError(_why_none(line, error)) from None
        if not isinstance(record, Record):
            raise ValueError(_of_version(0))
        return record


class _Versionless(msgspec.Struct, tag_field="v", tag=0):
    """No line is one: a line without a version is refused only where there is more than one kind of them."""


_LINE: Final = msgspec.json.Decoder(Record | _Versionless)


def _plain(value: object) -> str | int | float:
    """A value of a kind derived from a plain one (a user's own names may be numpy's) as the plain one."""
    for kind in (str, int, float):
        if isinstance(value, kind):
            return kind(value)
    raise TypeError(f"a record holds no {type(value).__name__}")


_ENCODER: Final = msgspec.json.Encoder(enc_hook=_plain)
_BEHIND_CALL: Final = b',"attempt":'


def _why_none(line: bytes | str, error: ValueError) -> str:
    """Why a line is no record of this version, of which the decoder says that `error`."""
    try:
        raw = orjson.loads(line)
    except ValueError:
        return f"not a record: {error}"
    if not isinstance(raw, dict):
        return "not a record: no JSON object"
    return f"not a record: {error}" if raw.get("v") == VERSION else _of_version(raw.get("v"))


def _of_version(version: object) -> str:
    return f"records of version {version!r} cannot be read, only version {VERSION}"
