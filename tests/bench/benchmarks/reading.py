"""What the harness does with every event of a stream: find it, take it in, count its gap."""

import math
from collections.abc import Sequence
from typing import Final

import orjson

from harness.client.sse import EventDecoder
from harness.client.transcript import Transcript
from harness.measure.histogram import LogHistogram

from ..rig.timing import us_per_call
from ..row import Benchmark, Row, Sample

CHUNK: Final = orjson.dumps(
    {
        "id": "chatcmpl-0123456789abcdefghijklmnopqrs",
        "object": "chat.completion.chunk",
        "created": 1_767_603_600,
        "model": "gpt-4o-mini-2024-07-18",
        "service_tier": "default",
        "system_fingerprint": "fp_0123456789",
        "choices": [{"index": 0, "delta": {"content": " deployment"}, "logprobs": None, "finish_reason": None}],
        "usage": None,
    }
)
EVENT: Final = b"data: " + CHUNK + b"\n\n"


def _measure_events(quick: bool) -> Sequence[Sample]:
    calls = 1000 if quick else 20_000
    decoder, parsed, compared = EventDecoder(), Transcript(), Transcript()
    [event] = EventDecoder().feed(EVENT)
    loaded = us_per_call(lambda: orjson.loads(CHUNK), calls)
    compared.take(event)
    told = us_per_call(lambda: compared.told(EVENT), calls)

    def parse() -> None:
        for one in decoder.feed(EVENT):
            parsed.take(one)

    return Sample(told, loaded), Sample(us_per_call(parse, calls), loaded)


def _measure_histogram(quick: bool) -> Sequence[Sample]:
    calls = 1000 if quick else 50_000
    histogram = LogHistogram()
    counts: dict[int, int] = {}

    def count(value: float) -> None:
        bucket = math.ceil(math.log(value))
        counts[bucket] = counts.get(bucket, 0) + 1

    return (Sample(us_per_call(lambda: histogram.add(20.3), calls), us_per_call(lambda: count(20.3), calls)),)


EVENTS: Final = Benchmark(
    name="events",
    method=(
        f"An event of {len(EVENT)} bytes that comes alone, taken into the reply, best of five rounds of 20,000: by its "
        "form, as those after the first are, and by the decoder and the parser. Reference: the JSON loaded by orjson."
    ),
    rows=(
        Row(name="harness: an event taken in by its form", unit="us", reference="orjson.loads"),
        Row(name="harness: an event decoded and parsed", unit="us", reference="orjson.loads"),
    ),
    measure=_measure_events,
    repeats=5,
)

HISTOGRAM: Final = Benchmark(
    name="histogram",
    method="A value counted, best of five rounds of 50,000. Reference: a logarithm and a count in a dict, unchecked.",
    rows=(Row(name="histogram: a value added", unit="us", reference="log and dict"),),
    measure=_measure_histogram,
    repeats=5,
)
