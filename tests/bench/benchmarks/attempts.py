"""What an attempt costs the harness in one piece when its answer is there, and a record when it is read again."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import orjson

from harness.measure.attempt import Attempt, conclude
from harness.measure.summary import Fold
from harness.measure.timeline import Link, Read, Reply, Timeline, Usage
from harness.redact import redactor
from harness.swarm.recorder import Recorder
from profiles.catalogue import load_catalogue
from profiles.record import Record

from ..rig.timing import us_per_call
from ..row import Benchmark, Row, Sample

TOKENS: Final = 100
RECORDS_A_CALL: Final = 40
KEY: Final = "sk-bench-0123456789abcdef"

_WORDS: Final = " deployment of the new release takes about ten minutes and"


def timeline_of(tokens: int) -> Timeline:
    """A streamed answer as it is seen: an event a token, a read an event, 20 ms apart with a little jitter."""
    words = (_WORDS.split(" ")[1:] * tokens)[:tokens]
    text = "".join(f" {word}" for word in words)
    ends = [len(" ".join(["", *words[: number + 1]])) for number in range(tokens)]
    reads = tuple(Read(0.2 + number * 0.02 + number * 37 % 11 * 1e-4, 1, end) for number, end in enumerate(ends))
    return Timeline(
        sent_at=1_767_603_600.0,
        stream=True,
        link=Link(reused=True),
        status=200,
        headers={"x-request-id": "req_0123456789abcdef0123456789abcdef", "openai-processing-ms": "181"},
        headers_s=0.19,
        first_event_s=0.2,
        first_visible_s=0.2,
        reads=reads,
        done_s=reads[-1].at_s + 0.001,
        reply=Reply(
            text=text,
            finish_reason="length",
            done_seen=True,
            usage=Usage(14, tokens, 14 + tokens, 0, 0),
            model="gpt-4o-mini-2024-07-18",
        ),
    )


def _attempt() -> Attempt:
    return Attempt(
        id="0123456789ab-1.1",
        attempt=1,
        class_="stream",
        model="gpt-4o-mini",
        intended_at=1_767_603_600.0,
        messages=({"role": "user", "content": "Tell me about deployments."},),
        facts=load_catalogue().resolve("gpt-4o-mini"),
    )


def _fail(error: OSError) -> None:
    raise error


def _record(record: Record, file: Path, times: int) -> None:
    """Write a record so many times, to the end: the moment in which lines are gathered is one of many."""
    recorder = Recorder(file, redactor(KEY), _fail)
    for _ in range(times):
        recorder.write(record)
    recorder.close()


def _measure_concluding(quick: bool) -> Sequence[Sample]:
    calls = 20 if quick else 500
    seen, attempt = timeline_of(TOKENS), _attempt()
    record = conclude(seen, attempt)
    table = orjson.loads(record.to_json())
    with tempfile.TemporaryDirectory() as folder:
        records = Path(folder) / "records.jsonl"
        concluded = us_per_call(lambda: conclude(seen, attempt), calls)
        many = calls * RECORDS_A_CALL
        written = us_per_call(lambda: _record(record, records, many), 1) / many
        with (Path(folder) / "plain.jsonl").open("ab", buffering=0) as file:
            plain = us_per_call(lambda: file.write(orjson.dumps(table) + b"\n"), calls)
    return Sample(concluded + written, plain), Sample(concluded, plain), Sample(written, plain)


def _measure_folding(quick: bool) -> Sequence[Sample]:
    calls = 20 if quick else 1000
    line = conclude(timeline_of(TOKENS), _attempt()).to_json()
    record, fold = Record.from_json(line), Fold()
    loaded = us_per_call(lambda: orjson.loads(line), calls)
    read = us_per_call(lambda: Record.from_json(line), calls)
    folded = us_per_call(lambda: fold.add(record), calls)
    return Sample(1e6 / (read + folded), 1e6 / loaded), Sample(read, loaded), Sample(folded, loaded)


_DUMPED: Final = "the line dumped and written"
_LOADED: Final = "the line loaded as JSON"

CONCLUDING: Final = Benchmark(
    name="concluding",
    method=(
        f"What happens in one piece when a streamed answer of {TOKENS} tokens is there: judged (its tokens counted), "
        "made a record (two histograms), written as a line, redacted and written with many. Best of five rounds of "
        "500. Reference: a dictionary of the same values dumped by orjson and written, nothing decided."
    ),
    rows=(
        Row(name="harness: an attempt concluded and recorded", unit="us", reference=_DUMPED),
        Row(name="harness: of it, concluded", unit="us", reference=_DUMPED),
        Row(name="harness: of it, recorded", unit="us", reference=_DUMPED),
    ),
    measure=_measure_concluding,
    repeats=5,
)

FOLDING: Final = Benchmark(
    name="folding",
    method=(
        f"Records of streams of {TOKENS} tokens from their lines into a summary, best of five rounds of 1,000. "
        "Reference: the lines read by orjson and forgotten."
    ),
    rows=(
        Row(name="summary: records per second", unit="1/s", reference=_LOADED, better="more"),
        Row(name="summary: a line read", unit="us", reference=_LOADED),
        Row(name="summary: a record folded in", unit="us", reference=_LOADED),
    ),
    measure=_measure_folding,
    repeats=5,
)
