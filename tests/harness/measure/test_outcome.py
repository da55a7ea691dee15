from collections.abc import Mapping
from typing import Any

import pytest

from harness.measure.outcome import MORE_THAN_COUNTED, MORE_THAN_COUNTED_REASONING, Judged, judge
from harness.measure.timeline import Failure, FailureKind, Reply, Timeline, ToolCall, Usage

USAGE = Usage(prompt=5, completion=2, total=7)
CALL = ToolCall("call_1", "lookup", '{"id": 7}')


def seen(*, stream: bool = True, status: int | None = 200, **observed: Any) -> Timeline:
    return Timeline(sent_at=0.0, stream=stream, status=status, **observed)


def said(**words: Any) -> Reply:
    return Reply(**{"text": "Hello there", "finish_reason": "stop", "done_seen": True, "usage": USAGE, **words})


def broke(kind: FailureKind) -> Failure:
    return Failure("answer", kind)


def test_a_stream_is_complete_when_its_end_was_seen_and_it_says_something() -> None:
    assert judge(seen(reply=said())) == Judged("complete")


def test_an_unstreamed_answer_needs_no_done() -> None:
    assert judge(seen(stream=False, reply=said(done_seen=False))) == Judged("complete")


REPLIES: list[tuple[str, dict[str, Any], Judged]] = [
    ("cut to its length", {"finish_reason": "length"}, Judged("complete", "length")),
    ("without usage", {"usage": None}, Judged("complete", "usage_missing")),
    ("both", {"finish_reason": "length", "usage": None}, Judged("complete", "length,usage_missing")),
    ("a total that does not add up", {"usage": Usage(5, 2, 8)}, Judged("complete", "usage_mismatch")),
    ("no total at all", {"usage": Usage(5, 2)}, Judged("complete")),
    ("only tool calls", {"text": "", "tool_calls": (CALL,), "finish_reason": "tool_calls"}, Judged("complete")),
    ("only a refusal", {"text": "", "refusal": "I cannot."}, Judged("complete")),
    ("no finish_reason", {"finish_reason": None}, Judged("truncated", "no_finish_reason")),
    ("no [DONE]", {"done_seen": False}, Judged("truncated", "no_done")),
    ("neither", {"finish_reason": None, "done_seen": False}, Judged("truncated", "no_finish_reason")),
    ("no content", {"text": ""}, Judged("empty")),
    ("no content but the length", {"text": "", "finish_reason": "length"}, Judged("empty", "length")),
    ("filtered", {"text": "", "finish_reason": "content_filter"}, Judged("invalid_content", "content_filter")),
    ("an error event", {"error": {"code": "server_error", "type": "t"}}, Judged("stream_error", "server_error")),
    ("an error event without a code", {"error": {"code": None, "type": "t"}}, Judged("stream_error", "t")),
    ("an error event that says nothing", {"error": {"message": "x"}}, Judged("stream_error")),
    ("a chunk that is no JSON", {"malformed": "json"}, Judged("malformed", "json")),
]


@pytest.mark.parametrize(("words", "verdict"), [row[1:] for row in REPLIES], ids=[row[0] for row in REPLIES])
def test_an_answer_of_status_200_is_judged_by_what_it_says(words: dict[str, Any], verdict: Judged) -> None:
    assert judge(seen(reply=said(**words))) == verdict


def test_usage_that_was_not_asked_for_is_not_missed() -> None:
    assert judge(seen(usage_asked=False, reply=said(usage=None))) == Judged("complete")


REFUSALS: list[tuple[int, Mapping[str, Any] | None, Judged]] = [
    (429, {"code": "rate_limit_exceeded"}, Judged("rate_limited", "rate_limit_exceeded")),
    (429, None, Judged("rate_limited")),
    (429, {"code": "insufficient_quota"}, Judged("quota_exhausted", "insufficient_quota")),
    (429, {"type": "insufficient_quota", "code": None}, Judged("quota_exhausted", "insufficient_quota")),
    (400, {"code": None, "type": "invalid_request_error"}, Judged("client_error", "invalid_request_error")),
    (401, {"code": "invalid_api_key"}, Judged("client_error", "invalid_api_key")),
    (404, None, Judged("client_error", "http_404")),
    (500, {"type": "server_error"}, Judged("server_error", "server_error")),
    (502, {"code": 502}, Judged("server_error", "502")),
    (503, None, Judged("server_error", "http_503")),
    (302, None, Judged("malformed", "http_302")),
    (204, None, Judged("malformed", "http_204")),
]


@pytest.mark.parametrize(("status", "error", "verdict"), REFUSALS)
def test_another_status_decides_by_itself(status: int, error: Mapping[str, Any] | None, verdict: Judged) -> None:
    assert judge(seen(status=status, error=error)) == verdict
    assert judge(seen(status=status, error=error, failure=broke("reset"))) == verdict


FAILURES: list[tuple[Failure, Judged]] = [
    (Failure("connect", "dns"), Judged("connect_error", "dns")),
    (Failure("connect", "refused"), Judged("connect_error", "refused")),
    (Failure("connect", "unreachable"), Judged("connect_error", "unreachable")),
    (Failure("connect", "tls"), Judged("connect_error", "tls")),
    (Failure("connect", "reset"), Judged("connect_error", "reset")),
    (Failure("connect", "connect_timeout"), Judged("connect_error", "timeout")),
    (broke("reset"), Judged("disconnected", "reset")),
    (broke("eof"), Judged("disconnected", "eof")),
    (broke("protocol"), Judged("malformed", "http")),
    (broke("first_token_timeout"), Judged("timeout", "first_token")),
    (broke("total_timeout"), Judged("timeout", "total")),
    (broke("idle_timeout"), Judged("stalled", "idle")),
    (broke("cancelled"), Judged("cancelled")),
    (broke("abandoned"), Judged("abandoned")),
]


@pytest.mark.parametrize(("failure", "verdict"), FAILURES, ids=[f"{f.during}-{f.kind}" for f, _ in FAILURES])
def test_a_failure_has_its_own_outcome(failure: Failure, verdict: Judged) -> None:
    assert judge(seen(status=None, failure=failure)) == verdict
    assert judge(seen(reply=Reply(text="Hel"), failure=failure)) == verdict


def test_what_the_answer_said_comes_before_how_its_connection_ended() -> None:
    assert judge(seen(reply=said(), failure=broke("reset"))) == Judged("complete")
    assert (
        judge(seen(reply=said(finish_reason=None, error={"code": "e"}), failure=broke("reset"))).outcome
        == "stream_error"
    )
    assert judge(seen(reply=said(finish_reason=None, malformed="json"), failure=broke("reset"))).outcome == "malformed"


def test_a_cancel_comes_before_everything() -> None:
    assert judge(seen(status=500, failure=broke("cancelled"))) == Judged("cancelled")


def test_the_first_failed_expectation_is_the_detail() -> None:
    assert judge(seen(reply=said()), ["no word of pdf", "too short"]) == Judged("invalid_content", "no word of pdf")


def test_expectations_do_not_matter_where_there_is_no_whole_answer() -> None:
    assert judge(seen(reply=said(done_seen=False)), ["no word of pdf"]).outcome == "truncated"


@pytest.mark.parametrize("call", [ToolCall("c", "f", '{"id": '), ToolCall("c", "", "{}"), ToolCall("c", "f", "")])
def test_a_tool_call_that_cannot_be_made_is_invalid_unless_the_length_cut_it(call: ToolCall) -> None:
    reply = said(text="", tool_calls=(CALL, call), finish_reason="tool_calls")
    assert judge(seen(reply=reply)).outcome == "invalid_content"
    assert judge(seen(reply=said(text="", tool_calls=(call,), finish_reason="length"))) == Judged("complete", "length")


@pytest.mark.parametrize(
    ("usage", "counted", "agrees"),
    [
        (Usage(5, 100), 100, True),
        (Usage(5, 101), 100, True),
        (Usage(5, 99), 100, True),
        (Usage(5, 98), 100, False),
        (Usage(5, 100 + MORE_THAN_COUNTED), 100, True),
        (Usage(5, 101 + MORE_THAN_COUNTED), 100, False),
        (Usage(5, 164 + MORE_THAN_COUNTED_REASONING, reasoning=64), 100, True),
        (Usage(5, 165 + MORE_THAN_COUNTED_REASONING, reasoning=64), 100, False),
        (Usage(5, 1), None, True),
    ],
)
def test_stated_tokens_are_compared_with_our_own_count(usage: Usage, counted: int | None, agrees: bool) -> None:
    assert judge(seen(reply=said(usage=usage)), counted=counted) == Judged(
        "complete", None if agrees else "usage_mismatch"
    )
