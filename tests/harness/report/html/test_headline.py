"""A run in one sentence."""

from collections.abc import Mapping
from typing import Any

import orjson
import pytest
from msgspec.structs import replace

from harness.measure.summary import fold
from harness.report.html.headline import headline
from profiles.record import Outcome, Record

ONE = Record(
    id="c.1",
    attempt=1,
    class_="a",
    model="m",
    stream=True,
    intended_at=100.0,
    sent_at=100.0,
    first_token_ms=200.0,
    done_ms=1000.0,
    status=200,
    outcome="complete",
)


def told(counts: Mapping[Outcome, int], **more: Any) -> dict[str, Any]:
    records = [replace(ONE, outcome=outcome) for outcome, n in counts.items() for _ in range(n)]
    summary: dict[str, Any] = orjson.loads(fold(records, {}).to_json())
    return summary | more


def slo(held: bool | None, text: str = "ttft.p95 < 800ms") -> dict[str, Any]:
    return {
        "slo": text,
        "scope": None,
        "metric": "ttft.p95",
        "held": held,
        "value": 1234.0,
        "limit": 800.0,
        "unit": "ms",
        "why": None if held is not None else "59 values are needed, 12 are there",
    }


def test_a_run_in_which_all_went_well() -> None:
    said = headline(told({"complete": 100}))
    assert (said.tone, said.sentence) == ("good", "All 100 requests were answered completely.")
    assert said.more == "The first token came within 200 ms for half of them and 200 ms for 95%."


@pytest.mark.parametrize(
    ("counts", "tone", "said"),
    [
        ({"complete": 99, "server_error": 1}, "good", "99% of 100 requests were answered completely; 1 failed."),
        (
            {"complete": 90, "rate_limited": 7, "timeout": 3},
            "look",
            "90% of 100 requests were answered completely; 7 met a limit (429), 3 failed otherwise.",
        ),
        (
            {"complete": 95, "abandoned": 5},
            "good",
            "95% of 100 requests were answered completely; 5 were never meant to end, or could not.",
        ),
    ],
)
def test_without_objectives_it_says_how_requests_ended(counts: Mapping[Outcome, int], tone: str, said: str) -> None:
    found = headline(told(counts))
    assert (found.tone, found.sentence) == (tone, said)


def test_what_proves_nothing_is_said_before_all_else() -> None:
    said = headline(told({"complete": 9}, valid=False, why_not=["the client was the bottleneck"], slo=[slo(True)]))
    assert said.tone == "bad"
    assert said.sentence == "This run says nothing sure about the server: the client was the bottleneck."


def test_a_run_that_was_ended_early_says_so_before_its_objectives() -> None:
    why = "errors > 20%: 25 % in the last 30 s (40 attempts)"
    said = headline(told({"complete": 100}, aborted=why, slo=[slo(True)]))
    assert (said.tone, said.word, said.sentence) == ("bad", "Aborted", f"The run was ended early: {why}.")
    assert said.more.startswith("All 100 requests were answered completely. The first token came")


@pytest.mark.parametrize(
    ("goals", "tone", "said"),
    [
        ([slo(True)], "good", "“ttft.p95 < 800ms” held."),
        ([slo(True), slo(True)], "good", "All 2 objectives held."),
        ([slo(False)], "bad", "The objective is broken: ttft.p95 came to 1,234 ms, the limit is 800 ms."),
        (
            [slo(True), slo(False), slo(None)],
            "bad",
            "1 of 3 objectives is broken: ttft.p95 came to 1,234 ms, the limit is 800 ms.",
        ),
        (
            [slo(False) | {"scope": "class=a"}, slo(False)],
            "bad",
            "2 of 2 objectives are broken: ttft.p95 (class=a) came to 1,234 ms, the limit is 800 ms.",
        ),
        (
            [slo(True), slo(None)],
            "look",
            "“ttft.p95 < 800ms” cannot be judged: 59 values are needed, 12 are there.",
        ),
    ],
)
def test_with_objectives_it_says_whether_they_held(goals: list[dict[str, Any]], tone: str, said: str) -> None:
    found = headline(told({"complete": 100}, slo=goals))
    assert (found.tone, found.sentence) == (tone, said)
