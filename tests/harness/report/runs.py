"""Runs that never were: records drawn from a seed, and what is made of them."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any, Final

from msgspec.structs import replace

from harness.measure.histogram import LogHistogram
from harness.measure.summary import Fold
from harness.report.details import Details
from harness.report.failures import Failures
from harness.report.findings import Findings
from profiles.record import Gaps, Itl, Outcome, Record, Tokens

BEGAN_AT: Final = 1_700_000_000.0
_FAILED: Final[tuple[tuple[Outcome, str | None, int | None], ...]] = (
    ("rate_limited", "rate_limit_exceeded", 429),
    ("server_error", "server_error", 503),
    ("truncated", None, 200),
)


def drawn(n: int, *, per_s: float = 2.0, seed: int = 1) -> Iterator[Record]:
    """Calls of two classes, so many a second; in the middle of the run many fail, and some of those are retried."""
    draw = Random(seed)
    buckets = LogHistogram.of(draw.lognormvariate(2.5, 0.5) for _ in range(20)).buckets
    for number in range(n):
        at = BEGAN_AT + number / per_s
        bad = 0.4 <= number / n < 0.6
        prompt, completion = int(draw.lognormvariate(5.5, 0.8)), 2 + int(draw.lognormvariate(4, 0.5))
        ttft_ms = round((200 + prompt / 10) * draw.lognormvariate(0, 0.2), 3)
        last_ms = round(ttft_ms + 13.0 * completion, 3)
        record = Record(
            id=f"c{number}.1",
            attempt=1,
            class_="talk" if number % 3 else "extract",
            model="gpt-4o",
            stream=number % 3 != 0,
            stage="ramp" if number < n / 4 else "steady",
            labels={"region": "eu" if number % 2 else "us"},
            session=f"s{number // 4}",
            turn=number % 4,
            intended_at=at,
            sent_at=at + 0.002,
            first_token_ms=ttft_ms if number % 3 else None,
            last_token_ms=last_ms if number % 3 else None,
            done_ms=last_ms + 1,
            lag_ms=0.5,
            status=200,
            outcome="complete",
            finish_reason="stop",
            request_id=f"req_{number}",
            tokens=Tokens(prompt, completion),
            gaps=Gaps(20, 40.0, buckets) if number % 3 else None,
            itl=Itl(20, 250.0, buckets) if number % 3 else None,
            ratelimit={"limit-requests": "500", "remaining-requests": str(499 - number % 100)},
            cost_usd=round(prompt * 2.5e-6 + completion * 1e-5, 9),
        )
        if draw.random() >= (0.5 if bad else 0.05):
            yield record
            continue
        outcome, detail, status = draw.choice(_FAILED)
        yield replace(
            record, outcome=outcome, detail=detail, status=status, tokens=None, cost_usd=None, done_ms=20.0, gaps=None
        )
        if outcome == "rate_limited":
            yield replace(record, id=f"c{number}.2", attempt=2, intended_at=at + 1, sent_at=at + 1.0, wait_ms=1000.0)


FACTS: Final[Mapping[str, Any]] = {
    "v": 1,
    "id": "0",
    "started_at": BEGAN_AT,
    "ended_at": BEGAN_AT + 40,
    "settings": {"workload": "mixed", "host": "http://127.0.0.1:8000", "users": 5, "run_time_s": 40.0, "seed": 7},
    "command": ["harness", "run", "mixed", "--host", "http://127.0.0.1:8000", "--users", "5"],
    "versions": {"dummyload": "0.1.0", "locust": "2.47.0", "python": "3.12.0"},
    "phases": [
        {"name": "normal", "started_at": BEGAN_AT - 5, "ended_at": BEGAN_AT + 16},
        {"name": "brown-out", "started_at": BEGAN_AT + 16, "ended_at": BEGAN_AT + 24},
        {"name": "recover", "started_at": BEGAN_AT + 24, "ended_at": None},
    ],
    "mock_seconds": [
        {"at": BEGAN_AT + second, "pacing_max_ms": 1.0 + second % 3, "loop_lag_ms": 0.5, "cpu": 0.1}
        for second in range(40)
    ],
}
"""run.json of a run against a mock with three phases."""


def findings_of(records: Iterable[Record], **run: Any) -> Findings:
    """All that is made of them, and of these facts besides."""
    fold, details, failures = Fold(), Details(), Failures()
    for record in records:
        fold.add(record)
        details.add(record)
        failures.add(record)
    return Findings(
        summary=fold.summary({**FACTS, **run}),
        fold=fold,
        details=details,
        failures=failures.most_common(8),
        mismatches=[],
        folder=Path("runs/mixed"),
    )
