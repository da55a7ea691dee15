"""Ready stages under a name: each expands to the plan that one would have written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from .named import count_of, level_of, name_and_settings, settings_of
from .plan import Plan, chained
from .spans import seconds_of

Lines = list[tuple[float, float, float]]
"""Stages as (length in seconds, first level, last level)."""


def _ramp(low: float, high: float, time_s: float, hold_s: float) -> Lines:
    return [(time_s, low, high), (hold_s, high, high)]


def _steps(low: float, high: float, count: int, each_s: float) -> Lines:
    rise = (high - low) / (count - 1) if count > 1 else 0.0
    return [(each_s, low + rise * step, low + rise * step) for step in range(count)]


def _spike(base: float, peak: float, before_s: float, time_s: float, after_s: float) -> Lines:
    return [(before_s, base, base), (time_s, peak, peak), (after_s, base, base)]


def _soak(level: float, ramp_s: float, time_s: float) -> Lines:
    return [(ramp_s, 0.0, level), (time_s, level, level)]


def _sawtooth(low: float, high: float, period_s: float, count: int) -> Lines:
    return [(period_s, low, high)] * count


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape: how its stages are made, and its settings with their defaults as one would write them."""

    lines: Callable[..., Lines]
    defaults: Mapping[str, str]


SHAPES: Final[Mapping[str, Shape]] = {
    "ramp": Shape(_ramp, {"from": "1", "to": "20", "time": "60s", "hold": "60s"}),
    "steps": Shape(_steps, {"from": "5", "to": "20", "steps": "4", "each": "30s"}),
    "spike": Shape(_spike, {"base": "5", "peak": "50", "before": "60s", "time": "30s", "after": "60s"}),
    "soak": Shape(_soak, {"level": "10", "ramp": "60s", "time": "1h"}),
    "sawtooth": Shape(_sawtooth, {"low": "5", "high": "20", "period": "60s", "teeth": "4"}),
}
"""The shapes by name. The settings stand in the order in which the maker of the stages takes them."""

_SPANS: Final = frozenset({"time", "hold", "each", "before", "after", "ramp", "period"})
_COUNTS: Final = frozenset({"steps", "teeth"})


def shape_of(text: str) -> Plan:
    """The plan of a shape with settings, "spike: base=5, peak=50". Raises ValueError with what would be right."""
    name, rest = name_and_settings(text)
    shape = SHAPES.get(name)
    if shape is None:
        raise ValueError(
            f'{name!r} is neither a number nor a shape; write 20, "0-60s: 1->20", or one of {", ".join(SHAPES)}'
        )
    given = settings_of(rest, name, {key: _reader(key) for key in shape.defaults})
    values = [given[key] if key in given else _reader(key)(default) for key, default in shape.defaults.items()]
    plan_lines = [line for line in shape.lines(*values) if line[0] > 0]
    if not plan_lines:
        raise ValueError(f"{name} takes no time at all; write for example {_example(name, shape)}")
    return chained(plan_lines)


def _reader(key: str) -> Callable[[str], Any]:
    if key in _SPANS:
        return seconds_of
    return count_of if key in _COUNTS else level_of


def _example(name: str, shape: Shape) -> str:
    return f'"{name}: {", ".join(f"{key}={value}" for key, value in shape.defaults.items())}"'
