"""The journal entry: what the mock server planned for a request and what really happened.

Times are epoch seconds. What is None did not happen (or not yet) and is left out of the JSON. Change a field only with
a new `VERSION`.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Planned:
    """What was decided before the first byte: ms after the request arrived, and how many tokens.

    `longest_gap_ms` is the longest time in which nothing was to come; only noted where a fault struck.
    """

    first_token_ms: float
    last_token_ms: float
    tokens: int
    longest_gap_ms: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """The truth about one request.

    `id` is the answer's x-request-id, `client_id` the request's X-Client-Request-Id, `key` a fingerprint of the API
    key (never the key). `received_at` is when the last body byte reached the application; `first_token_at` and
    `last_token_at` are when the writes that held them were handed to the transport. `fault` names the fault that
    struck, `limits` what the limiter answered (level and limit per dimension). `reply_hash` is the digest of the reply
    text, so that two runs can be compared without keeping texts.

    What tells the attempts of a call: `question` is a fingerprint of what was asked by whom, `retry` the request's
    X-Stainless-Retry-Count. What a client was told when it was refused: `error` is the code, `told_wait_ms` the wait,
    `final` that asking again cannot help. `chunks`, only with --journal-chunks, has for every write its ms after
    `received_at` and how many tokens had been sent with it.
    """

    seq: int
    id: str
    route: str
    stream: bool
    received_at: float
    client_id: str | None = None
    key: str | None = None
    model: str | None = None
    headers_at: float | None = None
    first_token_at: float | None = None
    last_token_at: float | None = None
    done_at: float | None = None
    planned: Planned | None = None
    reply_hash: str | None = None
    sent_tokens: int = 0
    status: int | None = None
    fault: str | None = None
    phase: str | None = None
    limits: Mapping[str, float] = field(default_factory=dict)
    hung_up_at: float | None = None
    question: str | None = None
    retry: int | None = None
    error: str | None = None
    told_wait_ms: float | None = None
    final: bool | None = None
    chunks: Sequence[tuple[float, int]] | None = None

    @property
    def over_at(self) -> float | None:
        """When its answer ended or its client left; None while it is open."""
        return self.done_at if self.hung_up_at is None else self.hung_up_at

    def to_dict(self) -> dict[str, Any]:
        """The entry as JSON values, without what is None or empty."""
        fields = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        plain = {name: value for name, value in fields.items() if value is not None and value != {}}
        if self.planned is not None:
            planned = dataclasses.asdict(self.planned)
            plain["planned"] = {name: value for name, value in planned.items() if value is not None}
        return plain

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> "JournalEntry":
        """The entry of a JSON object. Raises ValueError when it is not one."""
        try:
            values = dict(raw)
            if "planned" in values:
                values["planned"] = Planned(**values["planned"])
            return cls(**values)
        except TypeError as error:
            raise ValueError(f"not a journal entry: {error}") from None
