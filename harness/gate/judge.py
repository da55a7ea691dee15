"""Judging a run: an SLO and a summary go in, what became of it comes out."""

import math
from collections.abc import Iterable

from ..measure.section import Section
from ..measure.slo_result import SloResult
from ..measure.summary import Summary
from .scope import Names, Scope
from .slo import Slo


def judged(slos: Iterable[Slo], summary: Summary) -> tuple[SloResult, ...]:
    """What became of these SLOs in a run with this summary.

    A figure that the sample does not carry is neither held nor broken. An infinite one (a percentile of the `_all`
    distributions that falls on failures) breaks what it should stay below.
    """
    names = names_of(summary)
    return tuple(_judge(slo, summary, names) for slo in slos)


def names_of(summary: Summary) -> Names:
    """The parts that the run had."""
    return Names(
        names={
            "class": tuple(summary.classes),
            "stage": tuple(stage.name for stage in summary.stages),
            "label": tuple(summary.labels),
        }
    )


def _judge(slo: Slo, summary: Summary, names: Names) -> SloResult:
    scope = None if slo.scope is None else names.resolved(slo.scope)
    if slo.scope is not None and scope is None:
        return _result(slo, slo.scope, None, None, f"no attempt of {slo.scope} was recorded")
    figure = slo.figure.read(_section(scope, summary))
    if figure.value is None:
        return _result(slo, scope, None, None, figure.why)
    value = figure.value if math.isfinite(figure.value) else None
    return _result(slo, scope, slo.allows(figure.value), value, figure.why)


def _section(scope: Scope | None, summary: Summary) -> Section:
    match scope:
        case Scope("class", name):
            return summary.classes[name]
        case Scope("stage", name):
            return next(stage.section for stage in summary.stages if stage.name == name)
        case Scope("label", name):
            return summary.labels[name]
        case _:
            return summary.whole


def _result(slo: Slo, scope: Scope | None, held: bool | None, value: float | None, why: str | None) -> SloResult:
    return SloResult(
        slo=slo.text or str(slo),
        scope=None if scope is None else str(scope),
        metric=slo.metric,
        op=slo.op,
        held=held,
        value=value,
        limit=slo.limit,
        unit=slo.figure.unit,
        why=why,
    )
