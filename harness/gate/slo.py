"""SLOs as people write them: "[SCOPE:]METRIC OP VALUE[UNIT]", such as "streaming:itl.p99 < 120ms" (docs/gates.md)."""

import difflib
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

from .metrics import ALIASES, DISTRIBUTIONS, FIGURES, GOODPUT, GOODPUT_RPS, METRICS, UNITS, Metric
from .scope import Scope

OPERATORS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}

_FORM: Final = re.compile(
    r"\s*(?:(?P<scope>.*\S)\s*:)?\s*(?P<metric>\w[\w.]*)\s*(?P<op><=|>=|<|>)"
    r"\s*(?P<dollar>\$?)\s*(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*(?P<unit>[^\s\d]*)\s*"
)
_RIGHT: Final[Mapping[str, str]] = {
    "ms": "is a time; write for example {0}ms or {0}s",
    "%": "is a share; write for example {0}%",
    "usd": "is an amount of money; write for example {0}usd",
    "/s": "is a rate per second; write for example {0} or {0}/s",
    "tokens/s": "is a rate per second; write for example {0} or {0}tokens/s",
    "": "is a plain number; write for example {0}",
}
_IN_MS: Final = "_ms."


@dataclass(frozen=True, slots=True, kw_only=True)
class Slo:
    """One objective: `metric op limit` holds for the scope, the limit being in the metric's own unit.

    `text` is what was written, and no part of what it means.
    """

    metric: str
    op: str
    limit: float
    scope: Scope | None = None
    text: str = field(default="", compare=False)

    @property
    def figure(self) -> Metric:
        """What it is about."""
        return METRICS[self.metric]

    def allows(self, value: float) -> bool:
        """Whether it holds with this value."""
        return OPERATORS[self.op](value, self.limit)

    @property
    def needs_objectives(self) -> bool:
        """Whether it is about what each request has to keep."""
        return self.metric in (GOODPUT, GOODPUT_RPS)

    def of_class(self, name: str) -> "Slo":
        """The same of one class."""
        return replace(self, scope=Scope("class", name), text=f"class={name}: {self.text}")

    def __str__(self) -> str:
        scope = "" if self.scope is None else f"{self.scope}:"
        return f"{scope}{self.metric} {self.op} {number(self.limit)}{self.figure.unit}"


def parse(text: str) -> Slo:
    """The SLO of a text. Raises ValueError with one line that says what would be right."""
    found = _FORM.fullmatch(text)
    if found is None:
        raise ValueError(f'{text!r} is no SLO; write for example "ttft.p95 < 800ms" or "complete >= 99.5%"')
    written = found["metric"]
    name = ALIASES.get(written, written.replace(_IN_MS, "."))
    if name not in METRICS:
        raise ValueError(_no_figure(written))
    unit = (found["unit"] or found["dollar"] or ("ms" if _IN_MS in written else "")).lower()
    return Slo(
        metric=name,
        op=found["op"],
        limit=_limit(written, METRICS[name], found["number"], unit, doubled=bool(found["dollar"] and found["unit"])),
        scope=None if found["scope"] is None else Scope.parse(found["scope"].strip()),
        text=text.strip(),
    )


def number(value: float) -> str:
    """A number as short as it can be written without losing anything."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _limit(written: str, metric: Metric, text: str, unit: str, *, doubled: bool) -> float:
    """The number in the metric's own unit."""
    units = UNITS[metric.unit]
    if unit not in units or doubled:
        raise ValueError(f"{written} {_RIGHT[metric.unit].format(text)}, not {text}{unit}")
    limit = float(Decimal(text) * units[unit])
    if limit == float("inf") or (metric.unit == "%" and limit > 100):
        raise ValueError(f"{written} {_RIGHT[metric.unit].format('99')}, {text}{unit} can never be")
    return limit


def _no_figure(name: str) -> str:
    if name.removesuffix("_ms") in DISTRIBUTIONS:
        return f"{name} is a distribution; write which figure of it: {name}.{f', {name}.'.join(FIGURES)}"
    near = difflib.get_close_matches(name, [*METRICS, *ALIASES], n=1)
    if near:
        return f"there is no figure {name!r}; did you mean {near[0]!r}?"
    others = ", ".join(each for each in METRICS if "." not in each)
    return (
        f"there is no figure {name!r}; there are: {others}, and of {', '.join(DISTRIBUTIONS)} each {', '.join(FIGURES)}"
    )
