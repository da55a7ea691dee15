"""Records for gates: attempts that went well or badly, and summaries of any kind."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from harness.measure.histogram import LogHistogram
from harness.measure.summary import Summary, fold
from profiles.record import OUTCOMES, Itl, Outcome, Record, Tokens

NO_LABELS: Mapping[str, str] = {}


def attempt(number: int = 0, outcome: Outcome = "complete", **fields: Any) -> Record:
    """An attempt of one call a second: the first token after 200 ms, five tokens, the end after 300 ms."""
    well = outcome == "complete"
    values: dict[str, Any] = {
        "id": f"c{number}.1",
        "attempt": 1,
        "class_": "short",
        "model": "m",
        "stream": True,
        "intended_at": 1000.0 + number,
        "sent_at": 1000.0 + number,
        "status": 429 if outcome in ("rate_limited", "quota_exhausted") else 200,
        "first_token_ms": 200.0 if well else None,
        "first_visible_ms": 200.0 if well else None,
        "last_token_ms": 280.0 if well else None,
        "done_ms": 300.0,
        "lag_ms": 0.1,
        "tokens": Tokens(10, 5) if well else None,
        "itl": Itl(4, 80.0, LogHistogram.of([20.0] * 4).buckets) if well else None,
        "cost_usd": 0.01 if well else None,
    }
    return Record(outcome=outcome, **(values | fields))


def many(count: int, outcome: Outcome = "complete", first: int = 0, **fields: Any) -> list[Record]:
    """So many attempts that all went the same way."""
    return [attempt(number, outcome, **fields) for number in range(first, first + count)]


def _record(number: int, outcome: Outcome, first_token_ms: float | None, detail: str | None, **fields: Any) -> Record:
    return attempt(
        number, outcome, first_token_ms=first_token_ms, detail=detail if outcome == "complete" else None, **fields
    )


RECORDS = st.lists(
    st.builds(
        _record,
        st.integers(0, 200),
        st.sampled_from(OUTCOMES),
        st.none() | st.floats(0, 60_000),
        st.sampled_from([None, "length", "length,usage_missing"]),
        stream=st.booleans(),
        attempt=st.integers(1, 3),
        class_=st.sampled_from(["a", "b"]),
        stage=st.sampled_from([None, "0-60s: 1->20", "a"]),
        labels=st.sampled_from([NO_LABELS, {"region": "eu"}]),
        sent_at=st.none() | st.floats(990, 1100),
        done_ms=st.none() | st.floats(0, 60_000),
        cost_usd=st.none() | st.floats(0, 2),
        status=st.sampled_from([None, 200, 429, 503]),
    ),
    max_size=8,
)


def _repeated(records: list[Record], times: int) -> Summary:
    return fold(records * times)


SUMMARIES = st.builds(_repeated, RECORDS, st.sampled_from([1, 7, 60, 300]))
"""Summaries of samples that are too small for some figures, and large enough for all."""
