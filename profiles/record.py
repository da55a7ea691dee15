"""records.jsonl: one attempt a line, the durable format between measuring and everything that is made of it.

Times: epoch seconds for `*_at`, milliseconds from `sent_at` for `*_ms`. What is None was not measured and is left out
of the line; it is never 0. Change a field only with a new `VERSION`.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Final, Literal, get_args

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


# What is made for every attempt is not frozen: that would take five times as long, on the users' time and whenever many
# records are read.


@dataclass(slots=True)
class Tokens:
    """Token counts of an answer; `source` says whether the server's usage or a local count gave them."""

    prompt: int | None = None
    completion: int | None = None
    cached: int | None = None
    reasoning: int | None = None
    source: Literal["usage", "local"] = "usage"


@dataclass(slots=True)
class Gaps:
    """Gaps in ms: instant of a read that brought content - that of the one before. How many, the longest, all."""

    n: int
    max_ms: float
    buckets: Buckets


@dataclass(slots=True)
class Itl:
    """Inter-token latencies in ms: gap / tokens in the later read, once for each of them. How many, their sum, all."""

    n: int
    sum_ms: float
    buckets: Buckets


@dataclass(slots=True, kw_only=True)
class Record:
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
    labels: Mapping[str, str] = field(default_factory=dict)
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
    ratelimit: Mapping[str, str] = field(default_factory=dict)
    wait_ms: float | None = None
    cost_usd: float | None = None
    v: int = VERSION

    @property
    def call(self) -> str:
        """What the attempts of one call share: the id before its last dot."""
        return self.id.rpartition(".")[0]

    def to_json(self) -> bytes:
        """The record as one line, without the newline."""
        # Every attempt is written on the users' time: what is measured is taken from all fields at once.
        known = {key: value for key, value in zip(_KEYS, _VALUES(self), strict=True) if value is not None}
        for name in _MAPPINGS:
            if not known[name]:
                del known[name]
        for name in _NESTED:
            if name in known:
                known[name] = _plain(known[name])
        return orjson.dumps(
            {"v": self.v, "id": self.id, "call": self.call, **known},
            option=orjson.OPT_NON_STR_KEYS,
        )

    @classmethod
    def from_json(cls, line: bytes | str) -> "Record":
        """The record of a line. Raises ValueError when it is not one of this version."""
        raw = orjson.loads(line)
        if not isinstance(raw, dict):
            raise ValueError("not a record: no JSON object")
        if raw.get("v") != VERSION:
            raise ValueError(f"records of version {raw.get('v')!r} cannot be read, only version {VERSION}")
        values = {_NAMES[key]: value for key, value in raw.items() if key in _NAMES}
        try:
            for name, kind in _NESTED.items():
                if name in values:
                    values[name] = kind(**_int_buckets(values[name]))
            return cls(id=raw["id"], **values)
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"not a record: {error}") from None


_NESTED: Final = {"tokens": Tokens, "gaps": Gaps, "itl": Itl}
_MAPPINGS: Final = ("labels", "ratelimit")
_FIELDS: Final = tuple(f.name for f in dataclasses.fields(Record) if f.name not in ("v", "id"))
_KEYS: Final = tuple("class" if name == "class_" else name for name in _FIELDS)
_NAMES: Final = dict(zip(_KEYS, _FIELDS, strict=True))
_VALUES: Final = attrgetter(*_FIELDS)


def _plain(value: Tokens | Gaps | Itl) -> dict[str, Any]:
    return {name: known for name in value.__slots__ if (known := getattr(value, name)) is not None}


def _int_buckets(table: dict[str, Any]) -> dict[str, Any]:
    if "buckets" in table:
        buckets = table["buckets"]
        table["buckets"] = dict(zip(map(_index, buckets), buckets.values(), strict=True))
    return table


class _Indices(dict[str, int]):
    """Whole numbers by how they are written: the same few hundred numbers of buckets stand in every line."""

    def __missing__(self, text: str) -> int:
        number = int(text)
        if len(self) < _MOST_INDICES:
            self[text] = number
        return number


_MOST_INDICES: Final = 10_000
_index: Final = _Indices().__getitem__
