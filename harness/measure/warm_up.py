"""What is left out of the figures because the server was not yet warm."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Literal

from .section import Section
from .series import Series
from .summary import Stage, Summary
from .tally import Tally

AUTO: Final = "auto"
BATCH: Final = 5
_LEAST_BATCHES: Final = 20
"""Fewer say nothing of where they settle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmUp:
    """A warm-up as it was asked for ("30s", "auto"), and what came of it.

    It lasted `seconds` from the first sending, until `until` (epoch seconds); `attempts` of `of` were sent in it.
    `seconds` is None, and nothing is left out, where "auto" found no end.
    """

    asked: str
    seconds: float | None = None
    until: float | None = None
    attempts: int = 0
    of: int = 0

    def to_dict(self) -> dict[str, Any]:
        """It as JSON values."""
        return asdict(self)

    def __str__(self) -> str:
        how = f"{AUTO}, MSER-5" if self.asked == AUTO else "as asked"
        if self.seconds is None:
            return f"warm-up ({how}): no end was found, nothing is left out; a longer run may have one"
        return (
            f"warm-up ({how}): the first {self.seconds:.1f} s, {self.attempts:,} of {self.of:,} attempts, are left out "
            "of latencies and rates; counts, tokens and cost are of the whole run"
        )


def warm_up(series: Series, asked: str, seconds: float | Literal["auto"]) -> WarmUp:
    """What a warm-up of so many seconds, or until figures settle, leaves out."""
    nothing = WarmUp(asked=asked, of=len(series))
    if not series:
        return nothing
    begun = min(series.sent_at)
    if seconds == AUTO:
        observations = series.observations()
        left_out = mser5([value for _, value in observations])
        if left_out is None:
            return nothing
        seconds = observations[left_out][0] - begun if left_out else 0.0
    until = begun + seconds
    return replace(nothing, seconds=seconds, until=until, attempts=sum(at < until for at in series.sent_at))


def mser5(values: Sequence[float]) -> int | None:
    """How many values to leave out so that the mean of the others is known best; None where that is not settled.

    With Y(1)..Y(n) the means of batches of five values, the d that minimises sum over i > d of (Y(i) - mean of those)^2
    / (n - d)^2, the marginal standard error of the truncated mean: leaving out what is untypical makes it smaller,
    leaving out more than that larger. A d beyond n/2 is taken for a series that has not settled, as is a series of
    fewer than 20 batches. Source: White, "An effective truncation heuristic for bias reduction in simulation output",
    Simulation 69 (1997); batches of five: White, Cobb and Spratt, WSC 2000.
    """
    batches = [math.fsum(values[start : start + BATCH]) / BATCH for start in range(0, len(values) - BATCH + 1, BATCH)]
    n = len(batches)
    if n < _LEAST_BATCHES:
        return None
    middle = math.fsum(batches) / n
    best, best_d, total, squares = math.inf, 0, 0.0, 0.0
    for d in range(n - 1, -1, -1):
        value = batches[d] - middle  # about the middle, so that squares do not swallow what differs
        total += value
        squares += value * value
        kept = n - d
        error = (squares - total * total / kept) / kept**2
        if kept >= BATCH and error <= best:
            best, best_d = error, d
    return best_d * BATCH if best_d <= n / 2 else None


def without(whole: Summary, measured: Summary) -> Summary:
    """A summary whose latencies and rates are those of `measured`, a summary of what was sent after the warm-up.

    What had an end before it, a stage or a class, has none of them.
    """
    nothing = Tally().section(None)
    stages = {stage.name: stage.section for stage in measured.stages}
    return replace(
        whole,
        whole=_mixed(whole.whole, measured.whole),
        classes={name: _mixed(each, measured.classes.get(name, nothing)) for name, each in whole.classes.items()},
        labels={name: _mixed(each, measured.labels.get(name, nothing)) for name, each in whole.labels.items()},
        stages=tuple(
            Stage(name=stage.name, section=_mixed(stage.section, stages.get(stage.name, nothing)))
            for stage in whole.stages
        ),
    )


def _mixed(whole: Section, measured: Section) -> Section:
    per_s = {name: getattr(measured.tokens, name) for name in ("prompt_per_s", "completion_per_s", "total_per_s")}
    return replace(
        measured,
        requests=whole.requests,
        calls=whole.calls,
        cost_usd=whole.cost_usd,
        tokens=replace(whole.tokens, **per_s),
    )
