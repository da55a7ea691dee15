"""The sections on tokens, conversations, failures, retries and cost."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ...measure.histogram import LogHistogram
from ..attempts import MOST, Try
from ..bands import Band, ByTokens
from ..costs import Spent
from ..depth import DEEPEST, Turn
from ..errors import Group
from ..failures import Failure
from ..numbers import DASH, duration
from ..percentile import percentile
from .markup import Content, Markup, el, joined, table
from .words import count, share, span, usd


def tokens(by: ByTokens) -> Markup:
    """Latency by bands of tokens."""
    head = ["n", "TTFT p50", "p95", "total p50", "p95"]
    tables = [
        table(f"Latency by {what} tokens", [f"{what} tokens", *head], _band_rows(bands.ordered()))
        for what, bands in (("prompt", by.prompt), ("completion", by.completion))
    ]
    return el("div", tables, class_="pair")


def depth(turns: Sequence[Turn]) -> Markup:
    """Conversations turn by turn."""
    rows = [
        [
            f"{turn.turn + 1}{' and later' if turn.turn == DEEPEST else ''}",
            count(turn.n),
            *(f"{total / turn.counted:,.0f}" if turn.counted else DASH for total in (turn.prompt, turn.completion)),
            *_times(turn.ttft_ms),
            *_times(turn.e2e_ms),
        ]
        for turn in turns
    ]
    head = ["turn", "complete", "prompt tokens", "completion tokens", "TTFT p50", "p95", "total p50", "p95"]
    return table("Conversations, turn by turn (mean tokens)", head, rows)


def failures(groups: Sequence[tuple[Failure, Group]], total: int, starts_at: float) -> Markup:
    """The kinds of failure, each with its first one."""
    if not groups:
        return el("p", "No request failed.", class_="quiet")
    return joined([_failure(failure, group, total, starts_at) for failure, group in groups])


def retries(calls: Mapping[str, Any], tries: Sequence[Try]) -> Markup:
    """What retries made of the calls."""
    said = (
        f"{count(calls['n'])} calls made {count(calls['attempts'])} requests: {calls['amplification']:.2f} each. "
        f"{share(calls['complete_at_first'], 1)} were complete at the first attempt, "
        f"{share(calls['complete_in_the_end'], 1)} in the end; "
        f"a call waited {duration(calls['wait_ms_per_call'])} between its attempts on average."
        if calls["amplification"] is not None
        else "No call began in these records."
    )
    rows = [
        [
            f"{one.number}{' and later' if one.number == MOST else ''}",
            count(one.n),
            joined(count(one.complete), " ", el("small", share(one.complete, one.n))),
            joined(count(one.failed), " ", el("small", share(one.failed, one.n))),
            *_times(one.waits_ms),
        ]
        for one in tries
    ]
    head = ["attempt", "made", "complete", "failed", "wait before it, p50", "p95"]
    return joined(el("p", said), table("First attempts and later ones", head, rows))


def costs(models: Iterable[tuple[str, Spent]]) -> Markup:
    """Money and tokens by model."""
    rows = [
        [
            model,
            count(spent.attempts),
            *(count(number) for number in (spent.prompt, spent.cached, spent.completion, spent.reasoning)),
            usd(spent.usd),
            usd(1000 * spent.usd / spent.attempts) if spent.usd is not None else DASH,
        ]
        for model, spent in models
    ]
    head = [
        "model",
        "requests",
        "prompt",
        "of it cached",
        "completion",
        "of it reasoning",
        "cost",
        "per 1,000 requests",
    ]
    return table("Tokens and cost at list prices, by model", head, rows)


def _failure(failure: Failure, group: Group, total: int, starts_at: float) -> Markup:
    classes = ", ".join(f"{name} {n:,}" for name, n in group.classes.most_common())
    when = f"{span(max(group.first_at - starts_at, 0))} to {span(max(group.last_at - starts_at, 0))} into the run"
    heading: list[Content] = [
        el("b", count(failure.count)),
        " ",
        el("span", str(failure), class_="what"),
        " ",
        el("small", f"{share(failure.count, total)} of all"),
    ]
    head = el("summary", *heading)
    return el(
        "details", head, el("p", f"{classes}; {when}. The first of them:"), el("pre", group.example()), class_="failure"
    )


def _band_rows(bands: Sequence[Band]) -> list[list[Content]]:
    return [
        [f"{band.low:,}–{band.high:,}", count(band.n), *_times(band.ttft_ms), *_times(band.e2e_ms)] for band in bands
    ]


def _times(values: LogHistogram) -> list[str]:
    return [duration(percentile(values, 0.5)), duration(percentile(values, 0.95))]
