"""The charts of latency against tokens, and of conversations turn by turn."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from ..depth import DEEPEST, Turn
from ..details import Details
from ..fit import Line
from ..percentile import percentile
from ..sample import Point, Sample
from .chart import Chart, Series

UNTOLD: Final = "grey"
"""The colour of classes that have none of their own."""


def scatters(details: Details, tones: Mapping[str, str]) -> Iterator[Chart]:
    """TTFT by prompt tokens, total latency by completion tokens, each with the line fitted to all of them.

    `tones` are the colours of classes.
    """
    points = list(details.sample.points())
    ttft = [(point, point.prompt, point.ttft_ms) for point in points if point.ttft_ms is not None]
    e2e = [(point, point.completion, point.e2e_ms) for point in points if point.e2e_ms is not None]
    shown = _shown(details.sample, len(points))
    if ttft:
        line = details.by_tokens.ttft_by_prompt.line()
        yield _scatter("ttft-by-prompt", "Time to first token by prompt tokens", ttft, line, shown, tones=tones)
    if e2e:
        line = details.by_tokens.e2e_by_completion.line()
        yield _scatter("e2e-by-completion", "Total latency by completion tokens", e2e, line, shown, tones=tones)


def slope(line: Line | None) -> str:
    """A fitted slope in words, with the range of twice its standard error."""
    if line is None:
        return "no slope: too few different numbers of tokens"
    error = "" if line.slope_error is None else f" ± {2 * line.slope_error:.2g}"
    return f"{line.slope:.3g}{error} ms a token, from {max(line.intercept, 0):,.0f} ms on"


def turns(depth: Sequence[Turn]) -> Iterator[Chart]:
    """TTFT and tokens by turn; nothing where no conversation has two."""
    if len(depth) < 2:
        return
    x = [float(turn.turn + 1) for turn in depth]
    ending = f" Turn {DEEPEST + 1} stands for all from there on." if depth[-1].turn == DEEPEST else ""
    if any(turn.ttft_ms.n for turn in depth):
        yield Chart(
            name="ttft-by-turn",
            title="Time to first token by turn",
            unit="ms",
            x_unit="turn",
            x=x,
            hint=f"Of complete streams.{ending}",
            height=200,
            series=[
                Series(name="p50", y=[percentile(turn.ttft_ms, 0.5) for turn in depth], tone="blue"),
                Series(name="p95", y=[percentile(turn.ttft_ms, 0.95) for turn in depth], tone="violet"),
            ],
        )
    if any(turn.counted for turn in depth):
        yield Chart(
            name="tokens-by-turn",
            title="Tokens by turn",
            unit="tokens",
            x_unit="turn",
            x=x,
            hint=f"On average; the prompt carries the conversation so far.{ending}",
            height=200,
            series=[
                Series(name="prompt", y=[_mean(turn.prompt, turn.counted) for turn in depth], tone="grey"),
                Series(name="completion", y=[_mean(turn.completion, turn.counted) for turn in depth], tone="good"),
            ],
        )


def _scatter(
    name: str,
    title: str,
    points: Sequence[tuple[Point, int, float | None]],
    line: Line | None,
    shown: str,
    *,
    tones: Mapping[str, str],
) -> Chart:
    classes = sorted({point.class_ for point, _, _ in points})
    series = []
    for class_ in classes:
        own = sorted((tokens, round(ms or 0.0, 1)) for point, tokens, ms in points if point.class_ == class_)
        x, y = [float(tokens) for tokens, _ in own], [ms for _, ms in own]
        series.append(Series(name=class_, x=x, y=y, tone=tones.get(class_, UNTOLD), kind="points"))
    if line is not None:
        most = float(max(tokens for _, tokens, _ in points))
        ends = [max(round(line.intercept + line.slope * x, 1), 0.0) for x in (0.0, most)]
        series.append(Series(name="fitted line", x=[0.0, most], y=ends, tone="ink"))
    hint = f"{slope(line)[0].upper()}{slope(line)[1:]} (least squares, ± two standard errors). {shown}"
    return Chart(name=name, title=title, unit="ms", x_unit="tokens", series=series, hint=hint, height=260)


def _shown(sample: Sample, points: int) -> str:
    if sample.seen > points:
        return f"A fixed sample of {points:,} of {sample.seen:,} complete requests is drawn; the line is of all."
    return "Every point is a complete request."


def _mean(total: int, n: int) -> float | None:
    return round(total / n, 1) if n else None
