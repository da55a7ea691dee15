"""From a timeline to a record: what was seen becomes what is kept."""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from profiles.catalogue import FALLBACK_ENCODING, ModelFacts
from profiles.encodings import count_tokens, encoding
from profiles.record import Gaps, Itl, Record, Tokens
from profiles.tokens import Message, prompt_tokens

from .histogram import LogHistogram
from .outcome import MORE_THAN_COUNTED, Judged, judge
from .serving import served_another
from .timeline import Link, Timeline

_LIMIT_PREFIX = "x-ratelimit-"
_RETRY_HEADERS = ("retry-after", "retry-after-ms")
_NOTHING: Final[Mapping[str, Any]] = {}


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of an attempt besides what was seen of it.

    `id` is CALL.ATTEMPT, `attempt` counts from 1 within the call. `messages` are those of the request, needed where
    tokens have to be counted here; `facts` are the requested model's, None where the catalogue does not know it.
    `names_model` is false where `model` is a deployment (Azure), which may be called anything.
    """

    id: str
    attempt: int
    class_: str
    model: str
    intended_at: float
    session: str | None = None
    turn: int | None = None
    stage: str | None = None
    worker: str | None = None
    labels: Mapping[str, str] = msgspec.field(default_factory=dict)
    wait_ms: float | None = None
    messages: Sequence[Mapping[str, Any]] = ()
    facts: ModelFacts | None = None
    names_model: bool = True


Price = Callable[[ModelFacts | None, Tokens | None], float | None]
"""What an answer of so many tokens costs in USD, None where that is not known."""


def unpriced(_facts: ModelFacts | None, _tokens: Tokens | None) -> None:
    """No price is known."""


def conclude(timeline: Timeline, attempt: Attempt, problems: Sequence[str] = (), price: Price = unpriced) -> Record:
    """The record of an attempt, judged with our own count of its tokens where one can be made."""
    judged = judge(timeline, problems, counted(timeline, attempt.facts))
    served = timeline.reply.model
    if judged.outcome == "complete" and attempt.names_model and served_another(attempt.model, served, attempt.facts):
        judged = replace(judged, detail=",".join(filter(None, (judged.detail, "model_mismatch"))))
    return to_record(timeline, judged, attempt, price)


def counted(timeline: Timeline, facts: ModelFacts | None) -> int | None:
    """Our own count of the reply's tokens: only of one plain text by a model whose tokenizer is known."""
    reply = timeline.reply
    if facts is None or not reply.text or reply.tool_calls or reply.refusal or reply.choices > 1:
        return None
    return count_tokens(reply.text, facts.encoding)


def to_record(timeline: Timeline, judged: Judged, attempt: Attempt, price: Price = unpriced) -> Record:
    """The record of an attempt."""
    headers = timeline.headers
    tokens = _tokens(timeline, attempt)
    return Record(
        id=attempt.id,
        attempt=attempt.attempt,
        class_=attempt.class_,
        model=attempt.model,
        stream=timeline.stream,
        intended_at=attempt.intended_at,
        outcome=judged.outcome,
        detail=judged.detail,
        session=attempt.session,
        turn=attempt.turn,
        stage=attempt.stage,
        worker=attempt.worker,
        labels=attempt.labels,
        wait_ms=attempt.wait_ms,
        served_model=timeline.reply.model,
        sent_at=timeline.sent_at,
        reused=timeline.link.reused,
        resent=timeline.link.resent,
        processing_ms=_number(headers.get("openai-processing-ms")),
        headers_ms=_ms(timeline.headers_s),
        done_ms=_ms(timeline.done_s),
        clock=timeline.clock,
        lag_ms=_ms(timeline.lag_s),
        status=timeline.status,
        finish_reason=timeline.reply.finish_reason,
        request_id=headers.get("x-request-id"),
        tokens=tokens,
        ratelimit=_ratelimit(headers),
        cost_usd=price(attempt.facts, tokens),
        **_opened(timeline.link),
        **_streamed(timeline, attempt.facts),
    )


def _opened(link: Link) -> Mapping[str, Any]:
    """How long opening the connection took; one that was open already is not asked for each of its times."""
    if link.reused:
        return _NOTHING
    return {"dns_ms": _ms(link.dns_s), "connect_ms": _ms(link.connect_s), "tls_ms": _ms(link.tls_s)}


def _streamed(timeline: Timeline, facts: ModelFacts | None) -> Mapping[str, Any]:
    """What only a stream has: its first instants and its rhythm. An answer in one piece is not asked for each of it."""
    reads = timeline.reads
    if timeline.first_event_s is None and not reads:
        return _NOTHING
    gaps, itl = _rhythm(timeline, facts)
    return {
        "first_event_ms": _ms(timeline.first_event_s),
        "first_token_ms": _ms(timeline.first_token_s),
        "first_visible_ms": _ms(timeline.first_visible_s),
        "last_token_ms": _ms(timeline.last_token_s),
        "coalesced": sum(read.events > 1 for read in reads) if reads else None,
        "gaps": gaps,
        "itl": itl,
    }


def _tokens(timeline: Timeline, attempt: Attempt) -> Tokens | None:
    """The tokens of an answer: as the server stated them, else counted from what came; None where nothing came."""
    usage = timeline.reply.usage
    if usage is not None:
        return Tokens(usage.prompt, usage.completion, usage.cached, usage.reasoning, "usage")
    if not timeline.reply.text:
        return None
    facts = attempt.facts or ModelFacts(name=attempt.model, snapshot=attempt.model, pool=attempt.model)
    messages = [_message(message) for message in attempt.messages]
    return Tokens(
        prompt=prompt_tokens(messages, facts) if messages else None,
        completion=count_tokens(timeline.reply.text, facts.encoding),
        source="local",
    )


def _message(message: Mapping[str, Any]) -> Message:
    content = message.get("content")
    if not isinstance(content, str):
        content = "".join(part.get("text") or "" for part in content or ())
    return Message(str(message["role"]), content, message.get("name"))


def _rhythm(timeline: Timeline, facts: ModelFacts | None) -> tuple[Gaps | None, Itl | None]:
    """Gaps between reads that brought content, and each gap shared out among the tokens of the later read."""
    reads = timeline.reads
    if len(reads) < 2:
        return None, None
    gaps_ms = [(later.at_s - earlier.at_s) * 1000 for earlier, later in pairwise(reads)]
    gaps = LogHistogram.of(gaps_ms)
    tokens = _tokens_by_read(timeline, facts)[1:]
    # Where each read brought one token the two are the same, and this is on the users' time.
    itl, sum_ms = (gaps, sum(gaps_ms)) if tokens.count(1) == len(tokens) else _shared_out(gaps_ms, tokens)
    return Gaps(gaps.n, round(max(gaps_ms), 3), gaps.buckets), Itl(itl.n, round(sum_ms, 3), itl.buckets)


def _shared_out(gaps_ms: Sequence[float], tokens: Sequence[int]) -> tuple[LogHistogram, float]:
    """Each gap shared out among the tokens of the read behind it: one value a token, and their sum."""
    itl = LogHistogram()
    sum_ms = waited_ms = 0.0
    for gap_ms, count in zip(gaps_ms, tokens, strict=True):
        waited_ms += gap_ms
        if count:  # a read may bring only the first bytes of a character: the next one's tokens took both gaps
            itl.add(waited_ms / count, count)
            sum_ms += waited_ms
            waited_ms = 0.0
    return itl, sum_ms


def _tokens_by_read(timeline: Timeline, facts: ModelFacts | None) -> list[int]:
    """How many tokens each read brought: its events where an event is a token, else by where tokens end in the text."""
    events = [read.events for read in timeline.reads]
    reply = timeline.reply
    if reply.tool_calls or reply.choices > 1 or not reply.text:
        return events
    if reply.usage is not None and abs(reply.usage.visible - sum(events)) <= MORE_THAN_COUNTED:
        return events
    tokenizer = encoding(facts.encoding if facts is not None else FALLBACK_ENCODING)
    _, starts = tokenizer.decode_with_offsets(tokenizer.encode_ordinary(reply.text))
    begun = [bisect_left(starts, read.text_end) for read in timeline.reads]
    return [here - before for before, here in pairwise([0, *begun])]


def _ratelimit(headers: Mapping[str, str]) -> dict[str, str]:
    """What the answer says about limits, the names without their common prefix."""
    told = {}
    for name, value in headers.items():
        if _LIMIT_PREFIX in name and name.startswith(_LIMIT_PREFIX):  # `in` asks at a third of the price
            told[name.removeprefix(_LIMIT_PREFIX)] = value
        elif name in _RETRY_HEADERS:
            told[name] = value
    return told


def _ms(seconds: float | None) -> float | None:
    """Milliseconds, to the microsecond; `round` to places behind the point writes a number as text and reads it."""
    return None if seconds is None else round(seconds * 1e6) / 1e3


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None
