"""The folder of a long run that never was: as many records as are wanted, of streams with their histograms."""

from collections.abc import Iterator
from itertools import chain, islice, pairwise
from pathlib import Path
from random import Random
from typing import Any, Final

import orjson

from harness.measure.histogram import LogHistogram
from profiles.record import Gaps, Itl, Outcome, Record, Tokens

PER_S: Final = 200
GAPS: Final = 99
_BEGAN_AT: Final = 1_767_603_600.0
_PATTERNS: Final = 600
_CLASSES: Final = (("explain", "gpt-4o-mini", True), ("chat", "gpt-4o", True), ("lookup", "gpt-4.1-nano", False))
_WEIGHTS: Final = (5, 4, 1)
_FAILED: Final[tuple[tuple[Outcome, str | None, int | None], ...]] = (
    ("rate_limited", "rate_limit_exceeded", 429),
    ("server_error", "server_error", 503),
    ("truncated", "no_finish_reason", 200),
)
_LATER_MS: Final = ("first_event_ms", "first_token_ms", "first_visible_ms", "last_token_ms", "done_ms")


def write_run(folder: Path, n: int, *, seed: int = 1) -> None:
    """Write run.json and records.jsonl of `n` attempts, 200 a second, in two stages and five phases of the mock."""
    folder.mkdir()
    (folder / "run.json").write_bytes(orjson.dumps(_run(n)))
    with (folder / "records.jsonl").open("wb") as file:
        for line in islice(_lines(n, Random(seed)), n):
            file.write(orjson.dumps(line) + b"\n")


def _run(n: int) -> dict[str, Any]:
    """What run.json says of it."""
    length_s = n / PER_S
    begins = [_BEGAN_AT + length_s * part / 5 for part in range(6)]
    names = ("calm", "storm", "brown-out", "outage", "recovered")
    return {
        "v": 1,
        "id": "0",
        "started_at": _BEGAN_AT,
        "ended_at": _BEGAN_AT + length_s + 5,
        "settings": {"workload": "many", "host": "http://127.0.0.1:8000", "users": 500, "seed": 1},
        "command": ["harness", "run", "many"],
        "versions": {"dummyload": "0.1.0", "locust": "2.47.0", "python": "3.12.0"},
        "phases": [
            {"name": name, "started_at": begin, "ended_at": end}
            for name, (begin, end) in zip(names, pairwise(begins), strict=True)
        ],
    }


def _lines(n: int, draw: Random) -> Iterator[dict[str, Any]]:
    """The lines one after the other: patterns, each at another time and a bit longer or shorter than before."""
    patterns = [orjson.loads(_pattern(draw).to_json()) for _ in range(_PATTERNS)]
    calls = (_call(number, n, draw.choice(patterns), draw) for number in range(n))
    return chain.from_iterable(calls)


def _call(number: int, n: int, pattern: dict[str, Any], draw: Random) -> Iterator[dict[str, Any]]:
    """The attempts of a call: the second where the first was refused."""
    at, call, longer = _BEGAN_AT + number / PER_S, f"0123456789ab-{number}", draw.uniform(0.8, 1.25)
    line: dict[str, Any] = {
        **pattern,
        "id": f"{call}.1",
        "call": call,
        "intended_at": at,
        "sent_at": at + draw.uniform(1e-4, 2e-3),
        "stage": "ramp" if number < n / 5 else "steady",
        "session": str(number // 4),
        "turn": number % 4,
        "request_id": f"req_{draw.getrandbits(128):032x}",
        **{name: round(pattern[name] * longer, 3) for name in _LATER_MS if name in pattern},
    }
    yield line
    if line["outcome"] == "rate_limited":
        again_at = line["sent_at"] + 0.8
        yield {**line, "id": f"{call}.2", "attempt": 2, "intended_at": again_at, "sent_at": again_at, "wait_ms": 780.0}


def _pattern(draw: Random) -> Record:
    """An attempt of a class, at no time; one in eleven fails."""
    name, model, stream = draw.choices(_CLASSES, _WEIGHTS)[0]
    failed = draw.choice(_FAILED) if draw.random() < 1 / 11 else None
    ttft_ms = round(draw.lognormvariate(5.8, 0.3), 3)
    gaps_ms = [draw.lognormvariate(2.5, 0.13) for _ in range(GAPS)]
    answered = failed is None or failed[2] == 200
    streams = stream and answered
    done_ms = round(ttft_ms + sum(gaps_ms), 3) if answered else 20.0
    buckets = LogHistogram.of(gaps_ms).buckets
    prompt = int(draw.lognormvariate(5.5, 0.8))
    return Record(
        id="0.1",
        attempt=1,
        class_=name,
        model=model,
        stream=stream,
        intended_at=0.0,
        outcome="complete" if failed is None else failed[0],
        detail=("length" if draw.random() < 0.2 else None) if failed is None else failed[1],
        status=200 if failed is None else failed[2],
        finish_reason="stop" if failed is None else None,
        served_model=f"{model}-2024-07-18" if answered else None,
        reused=True,
        resent=False,
        processing_ms=181.0,
        headers_ms=round(ttft_ms * 0.9, 3) if answered else 19.0,
        first_event_ms=ttft_ms if streams else None,
        first_token_ms=ttft_ms if streams else None,
        first_visible_ms=ttft_ms if streams else None,
        last_token_ms=done_ms if streams else None,
        done_ms=done_ms,
        clock="kernel",
        lag_ms=round(draw.lognormvariate(-1, 1), 3),
        coalesced=0,
        tokens=Tokens(prompt, GAPS + 1, 0, 0) if answered else None,
        gaps=Gaps(GAPS, max(gaps_ms), buckets) if streams else None,
        itl=Itl(GAPS, sum(gaps_ms), buckets) if streams else None,
        ratelimit={
            "limit-requests": "10000",
            "limit-tokens": "200000",
            "remaining-requests": str(draw.randrange(10000)),
            "remaining-tokens": str(draw.randrange(200000)),
            "reset-requests": "6ms",
            "reset-tokens": "2ms",
        },
        cost_usd=round(prompt * 1.5e-7 + GAPS * 6e-7, 9) if answered else None,
    )
