"""Numbers within the bounds of a schema."""

import math
from collections.abc import Mapping
from random import Random
from typing import Any, Final

_USUAL: Final = 100
_FINE: Final = 100
"""Steps in a unit that a number without `multipleOf` is rounded to."""


def number(schema: Mapping[str, Any], wanted: float | None, rng: Random, *, whole: bool) -> int | float:
    """A number that the schema allows: `wanted` where it is one, otherwise any. Contradicting bounds give a bound."""
    low, high = _bounds(schema)
    step = _real(schema.get("multipleOf"))
    if step is None or step <= 0:
        step = 1.0 if whole else 1 / _FINE
    elif whole and step != int(step):
        step = 1.0
    if low is None and high is None:
        low, high = 0.0, max(float(_USUAL), step)
    elif low is None:
        low = (high or 0.0) - max(_USUAL, step)
    elif high is None:
        high = low + max(_USUAL, step)
    first, last = (
        _steps(low, step, schema.get("exclusiveMinimum"), up=True),
        _steps(high or 0.0, step, schema.get("exclusiveMaximum"), up=False),
    )
    if wanted is not None and first <= wanted / step <= last and (wanted / step).is_integer():
        return int(wanted) if whole else wanted
    if last < first:
        return math.ceil(low) if whole else (low + (high or low)) / 2
    chosen = rng.randint(first, last) * step
    return int(chosen) if whole else round(chosen, 10)


def _bounds(schema: Mapping[str, Any]) -> tuple[float | None, float | None]:
    lows = [found for key in ("minimum", "exclusiveMinimum") if (found := _real(schema.get(key))) is not None]
    highs = [found for key in ("maximum", "exclusiveMaximum") if (found := _real(schema.get(key))) is not None]
    return max(lows, default=None), min(highs, default=None)


def _steps(bound: float, step: float, exclusive: Any, *, up: bool) -> int:
    """The first multiple of `step` inside a bound, in steps."""
    steps = math.ceil(round(bound / step, 9)) if up else math.floor(round(bound / step, 9))
    if _real(exclusive) == bound and steps * step == bound:
        steps += 1 if up else -1
    return steps


def _real(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return min(max(float(value), -1e15), 1e15) if math.isfinite(value) else None
