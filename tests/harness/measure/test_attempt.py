from typing import Any

import pytest
from msgspec.structs import replace

from harness.measure.attempt import Attempt, conclude, counted, to_record
from harness.measure.histogram import LogHistogram
from harness.measure.outcome import Judged
from harness.measure.timeline import Failure, Link, Read, Reply, Timeline, ToolCall, Usage
from profiles.catalogue import ModelFacts, load_catalogue
from profiles.record import Record, Tokens

GPT = load_catalogue().resolve("gpt-4o-mini")
MESSAGES = ({"role": "system", "content": "Be brief."}, {"role": "user", "content": "Say hello to the world."})
ATTEMPT = Attempt(
    id="c7.2", attempt=2, class_="short", model="gpt-4o-mini", intended_at=99.5, facts=GPT, messages=MESSAGES
)
STREAM = Timeline(
    sent_at=100.0,
    stream=True,
    link=Link(dns_s=0.001, connect_s=0.002, tls_s=0.003),
    status=200,
    headers={"x-request-id": "req_1", "openai-processing-ms": "180"},
    headers_s=0.19,
    first_event_s=0.2,
    first_visible_s=0.22,
    reads=(Read(0.2, 1, 1), Read(0.22, 1, 6), Read(0.28, 3, 14)),
    done_s=0.29,
    clock="kernel",
    lag_s=0.003,
    reply=Reply(
        text="\nHello world .",
        finish_reason="stop",
        done_seen=True,
        usage=Usage(20, 5, 25),
        model="gpt-4o-mini-2024-07-18",
    ),
)


def record(timeline: Timeline = STREAM, attempt: Attempt = ATTEMPT) -> Record:
    return to_record(timeline, Judged("complete"), attempt)


def test_what_was_seen_is_kept_in_milliseconds() -> None:
    kept = record()
    assert (kept.dns_ms, kept.connect_ms, kept.tls_ms) == (1, 2, 3)
    assert (kept.headers_ms, kept.first_event_ms, kept.first_token_ms, kept.first_visible_ms) == (190, 200, 200, 220)
    assert (kept.last_token_ms, kept.done_ms, kept.processing_ms) == (280, 290, 180)
    assert (kept.sent_at, kept.coalesced, kept.status) == (100.0, 1, 200)
    assert (kept.clock, kept.lag_ms) == ("kernel", 3)
    assert (kept.request_id, kept.served_model, kept.finish_reason) == ("req_1", "gpt-4o-mini-2024-07-18", "stop")


def test_what_is_known_of_the_attempt_is_kept_with_it() -> None:
    known = replace(ATTEMPT, session="s1", turn=3, stage="ramp", worker="w2", labels={"team": "a"}, wait_ms=12.5)
    kept = record(attempt=known)
    assert (kept.id, kept.call, kept.attempt, kept.class_, kept.intended_at) == ("c7.2", "c7", 2, "short", 99.5)
    assert (kept.session, kept.turn, kept.stage, kept.worker, kept.wait_ms) == ("s1", 3, "ramp", "w2", 12.5)
    assert kept.labels == {"team": "a"}


@pytest.mark.parametrize(
    ("names_model", "served", "detail"),
    [
        (True, "gpt-4o-mini-2024-07-18", None),
        (True, "gpt-3.5-turbo-0125", "model_mismatch"),
        (False, "gpt-3.5-turbo-0125", None),
    ],
)
def test_an_answer_by_another_model_is_said_where_models_have_names(
    names_model: bool, served: str, detail: str | None
) -> None:
    answered = replace(STREAM, reply=replace(STREAM.reply, model=served))
    kept = conclude(answered, replace(ATTEMPT, names_model=names_model))
    assert (kept.outcome, kept.detail, kept.served_model) == ("complete", detail, served)


def test_it_is_said_beside_other_details_and_not_of_a_failure() -> None:
    cut = replace(STREAM, reply=replace(STREAM.reply, model="other", finish_reason="length"))
    assert conclude(cut, ATTEMPT).detail == "length,model_mismatch"
    unproven = replace(STREAM, reply=replace(STREAM.reply, model="other", done_seen=False))
    assert conclude(unproven, ATTEMPT).detail == "no_done"


def test_a_record_survives_being_written_and_read() -> None:
    assert Record.from_json(record().to_json()) == record()


def test_a_gap_lies_between_reads_and_is_shared_by_the_tokens_of_the_later_one() -> None:
    kept = record()
    assert kept.gaps is not None
    assert kept.itl is not None
    assert (kept.gaps.n, kept.gaps.max_ms) == (2, 60)
    assert (kept.itl.n, kept.itl.sum_ms) == (4, 80)
    itl = LogHistogram(kept.itl.buckets)
    assert [itl.at_rank(rank) for rank in (1, 2, 3, 4)] == pytest.approx([20, 20, 20, 20], rel=0.01)


def test_where_every_read_brings_one_token_its_latency_is_the_gap() -> None:
    reads = (Read(0.1, 1, 3), Read(0.2, 1, 7), Read(0.4, 1, 13))
    kept = record(replace(STREAM, reads=reads, reply=replace(STREAM.reply, text="one two three", usage=Usage(20, 3))))
    assert kept.gaps is not None
    assert kept.itl is not None
    assert (kept.itl.n, kept.itl.sum_ms, kept.itl.buckets) == (2, 300, kept.gaps.buckets)
    assert (kept.gaps.n, kept.gaps.max_ms) == (2, 200)


def test_a_single_read_has_no_gap() -> None:
    kept = record(replace(STREAM, reads=STREAM.reads[:1]))
    assert (kept.gaps, kept.itl) == (None, None)


def test_where_an_event_is_not_a_token_the_text_tells_how_many_came() -> None:
    """Three events of many words each: the tokens are counted where they end in the text."""
    text = "one two three four five six seven eight nine ten"
    reads = (Read(0.1, 1, 7), Read(0.2, 1, 23), Read(0.3, 1, len(text)))
    reply = replace(STREAM.reply, text=text, usage=Usage(20, 10))
    kept = record(replace(STREAM, reads=reads, reply=reply))
    assert kept.itl is not None
    assert (kept.itl.n, kept.itl.sum_ms) == (8, 200)
    assert LogHistogram(kept.itl.buckets).at_rank(1) == pytest.approx(100 / 5, rel=0.01)
    assert LogHistogram(kept.itl.buckets).at_rank(8) == pytest.approx(100 / 3, rel=0.01)


def test_a_read_without_a_whole_token_adds_its_gap_to_the_next() -> None:
    reads = (Read(0.1, 1, 3), Read(0.2, 1, 3), Read(0.4, 4, 13))
    reply = replace(STREAM.reply, text="one two three", usage=None)
    kept = record(replace(STREAM, reads=reads, reply=reply))
    assert kept.itl is not None
    assert (kept.itl.n, kept.itl.sum_ms) == (2, 300)


def test_without_usage_tokens_are_counted_here() -> None:
    kept = record(replace(STREAM, reply=replace(STREAM.reply, usage=None, text="Hello world")))
    assert kept.tokens == Tokens(prompt=3 + 4 + 3 + 4 + 6, completion=2, source="local")


def test_parts_of_a_message_are_counted_by_their_text() -> None:
    parts = ({"role": "user", "content": [{"type": "text", "text": "Hello world"}, {"type": "image_url"}]},)
    attempt = replace(ATTEMPT, messages=({"role": "assistant", "content": None}, *parts), facts=None)
    kept = record(replace(STREAM, reply=replace(STREAM.reply, usage=None)), attempt)
    assert kept.tokens is not None
    assert kept.tokens.prompt == 3 + 4 + 4 + 2


def test_details_of_usage_are_kept() -> None:
    usage = Usage(20, 70, 90, cached=16, reasoning=64)
    assert record(replace(STREAM, reply=replace(STREAM.reply, usage=usage))).tokens == Tokens(20, 70, 16, 64)


def test_what_did_not_happen_is_missing_and_never_zero() -> None:
    failed = Timeline(sent_at=1.0, stream=True, done_s=0.5, failure=Failure("connect", "refused"))
    kept = to_record(failed, Judged("connect_error", "refused"), ATTEMPT)
    missing = {
        "tokens",
        "gaps",
        "itl",
        "status",
        "headers_ms",
        "first_token_ms",
        "last_token_ms",
        "connect_ms",
        "coalesced",
    }
    assert all(getattr(kept, name) is None for name in missing)
    assert not {name.encode() for name in missing} & set(kept.to_json().split(b'"'))
    assert (kept.done_ms, kept.outcome, kept.detail) == (500, "connect_error", "refused")


def test_headers_about_limits_are_kept_by_their_short_names() -> None:
    headers = {
        "x-ratelimit-remaining-tokens": "199",
        "x-ratelimit-reset-tokens": "6ms",
        "retry-after": "2",
        "retry-after-never": "x",
        "edge-x-ratelimit-reset": "x",
        "date": "x",
    }
    kept = record(replace(STREAM, headers=headers))
    assert kept.ratelimit == {"remaining-tokens": "199", "reset-tokens": "6ms", "retry-after": "2"}


@pytest.mark.parametrize("text", ["", "soon"])
def test_a_processing_time_that_is_no_number_is_not_kept(text: str) -> None:
    assert record(replace(STREAM, headers={"openai-processing-ms": text})).processing_ms is None


@pytest.mark.parametrize(
    ("reply", "facts", "count"),
    [
        ({}, GPT, 5),
        ({}, None, None),
        ({"tool_calls": (ToolCall("c", "f", "{}"),)}, GPT, None),
        ({"refusal": "no"}, GPT, None),
        ({"choices": 2}, GPT, None),
        ({"text": ""}, GPT, None),
    ],
)
def test_only_plain_text_of_a_known_model_is_counted(
    reply: dict[str, Any], facts: ModelFacts, count: int | None
) -> None:
    text = {"text": "one two three four five", **reply}
    assert counted(replace(STREAM, reply=replace(STREAM.reply, **text)), facts) == count


def test_concluding_compares_the_usage_with_the_text() -> None:
    assert conclude(STREAM, ATTEMPT).outcome == "complete"
    wrong = replace(STREAM, reply=replace(STREAM.reply, usage=Usage(20, 50, 70)))
    assert conclude(wrong, ATTEMPT).detail == "usage_mismatch"
    assert conclude(STREAM, ATTEMPT, ["no word of pdf"]).outcome == "invalid_content"
