"""The charts over time, on one shared axis."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from profiles.record import OUTCOMES

from ...measure.distribution import NEEDED
from ...measure.histogram import LogHistogram
from ..percentile import percentile
from ..timeseries import Span, Timeseries
from .chart import Chart, Series, Values
from .words import span as span_words

GROUP: Final = "time"
TONES: Final[Mapping[str, str]] = {
    "complete": "good",
    "rate_limited": "amber",
    "quota_exhausted": "amber2",
    "server_error": "red",
    "client_error": "red2",
    "truncated": "red3",
    "stream_error": "class5",
    "disconnected": "class6",
    "connect_error": "ink",
    "timeout": "violet",
    "stalled": "violet2",
    "malformed": "class4",
    "empty": "blue",
    "invalid_content": "class1",
    "cancelled": "grey",
    "abandoned": "grey",
    "not_sent": "grey",
}
"""The colours of outcomes: every failure has its own; grey is what the run itself cut short or left out."""
_WELL_AFTER_S: Final = 10.0
_BLOCKS: Final = (1, 2, 5, 10, 15, 30, 60)


def timelines(series: Timeseries, run: Mapping[str, Any]) -> list[Chart]:
    """The charts of a run over time; those of what was not measured are left out."""
    spans = list(series.spans())
    if not spans:
        return []
    return [*_load(series, spans), *_latencies(series, spans), *_surroundings(series, spans, run)]


def seconds_of(series: Timeseries) -> list[float]:
    """The x axis: seconds from the first span's begin to each one's."""
    return [float(number * series.width_s) for number, _ in enumerate(series.spans())]


def _load(series: Timeseries, spans: Sequence[Span]) -> Iterator[Chart]:
    width_s = series.width_s
    ended = [span.outcomes["complete"] / width_s for span in spans]
    yield _chart(
        "requests",
        "Requests per second",
        "/s",
        "Due, sent, and completely answered: lines that part show where the load was not met.",
        Series(name="due", y=[span.due / width_s for span in spans], tone="grey", dash=True),
        Series(name="sent", y=[span.sent / width_s for span in spans], tone="blue"),
        Series(name="complete", y=ended, tone="good"),
    )
    occurred = [outcome for outcome in OUTCOMES if any(span.outcomes[outcome] for span in spans)]
    yield _chart(
        "outcomes",
        "How requests ended, per second",
        "/s",
        "Stacked; every attempt in the second in which it ended.",
        *(
            Series(
                name=outcome.replace("_", " "),
                y=[span.outcomes[outcome] / width_s for span in spans],
                tone=TONES[outcome],
                kind="area",
            )
            for outcome in occurred
        ),
        stacked=True,
    )
    yield _chart(
        "in-flight",
        "Requests in flight",
        "",
        "Sent and not yet ended, on average over the second.",
        Series(name="in flight", y=series.in_flight(), tone="blue", kind="area"),
    )


def _latencies(series: Timeseries, spans: Sequence[Span]) -> Iterator[Chart]:
    for name, title, values in (
        ("ttft", "Time to first token", [span.ttft_ms for span in spans]),
        ("e2e", "Total latency", [span.e2e_ms for span in spans]),
    ):
        if not any(one.n for one in values):
            continue
        block = _block_for(values)
        over = f"over {span_words(block * series.width_s)} each"
        p50, p95 = _percentiles(values, block)
        hint = f"Of complete requests, {over}; a gap is a stretch with too few for that percentile."
        yield _chart(
            name,
            title,
            "ms",
            hint,
            Series(name="p50", y=p50, tone="blue"),
            Series(name="p95", y=p95, tone="violet"),
        )
    prompt = [round(span.prompt_tokens / series.width_s, 1) for span in spans]
    yield _chart(
        "tokens",
        "Tokens per second",
        "/s",
        "A stream's tokens from its first to its last; a prompt's when its answer ended.",
        Series(name="completion", y=[round(rate, 1) for rate in series.completion_per_s()], tone="good"),
        Series(name="prompt", y=prompt, tone="grey"),
    )


def _surroundings(series: Timeseries, spans: Sequence[Span], run: Mapping[str, Any]) -> Iterator[Chart]:
    limits = [
        Series(name=f"{of} left", y=[_share_left(span, of) for span in spans], tone=tone)
        for of, tone in (("requests", "blue"), ("tokens", "amber"))
        if any(f"{of}_percent" in span.left for span in spans)
    ]
    if limits:
        hint = "The least that the x-ratelimit headers said was left, in percent of the limit. At 0 comes a 429."
        yield _chart("limits", "Rate limit left", "%", hint, *limits, y_max=100)
    told = [Series(name="harness: late to read, most", y=[span.lag_ms for span in spans], tone="grey")]
    if mock := run.get("mock_seconds"):
        told.append(Series(name="mock: late to play, most", y=_pacing(series, mock, len(spans)), tone="red"))
    if any(value is not None for one in told for value in one.y):
        hint = "How late those who measure were. Spikes here, and not only in the latencies: this machine was busy."
        if mock and _begins_late(series, mock):
            hint += " The mock remembers its last five minutes only."
        yield _chart("measuring", "Who measured, and how late", "ms", hint, *told)


def _share_left(span: Span, of: str) -> float | None:
    share = span.left.get(f"{of}_percent")
    return None if share is None else round(share, 2)


def _pacing(series: Timeseries, seconds: Sequence[Mapping[str, float]], spans: int) -> Values:
    """The mock's pacing error by span: the most of its seconds."""
    worst: dict[int, float] = {}
    for second in seconds:
        index = int((second["at"] - series.starts_at) // series.width_s)
        worst[index] = max(worst.get(index, 0.0), second["pacing_max_ms"])
    return [worst.get(index) for index in range(spans)]


def _begins_late(series: Timeseries, seconds: Sequence[Mapping[str, float]]) -> bool:
    """Whether what the mock remembers begins well after the run."""
    return min(second["at"] for second in seconds) > series.starts_at + _WELL_AFTER_S


def _block_for(values: Sequence[LogHistogram]) -> int:
    """The least number of spans that hold enough for a p95 in four of five cases, leaving at least six blocks."""
    for block in _BLOCKS:
        sizes = sorted(n for one in _blocks(values, block) if (n := one.n))
        if sizes and sizes[len(sizes) // 5] >= NEEDED[0.95]:
            return block
        if block * 6 > len(values):
            return block
    return _BLOCKS[-1]


def _percentiles(values: Sequence[LogHistogram], block: int) -> tuple[Values, Values]:
    p50: list[float | None] = []
    p95: list[float | None] = []
    for one in _blocks(values, block):
        p50 += [percentile(one, 0.5)] * block
        p95 += [percentile(one, 0.95)] * block
    return p50[: len(values)], p95[: len(values)]


def _blocks(values: Sequence[LogHistogram], block: int) -> Iterator[LogHistogram]:
    for begin in range(0, len(values), block):
        together = LogHistogram()
        for one in values[begin : begin + block]:
            together.merge(one.buckets)
        yield together


def _chart(
    name: str, title: str, unit: str, hint: str, *series: Series, stacked: bool = False, y_max: float | None = None
) -> Chart:
    return Chart(
        name=name,
        title=title,
        unit=unit,
        x_unit="s",
        series=series,
        hint=hint,
        group=GROUP,
        stacked=stacked,
        y_max=y_max,
        height=150,
    )
