"""A load as a small picture in text: the level over time in blocks."""

from collections.abc import Sequence
from typing import Final

from .plan import Plan
from .spans import span_text

COLUMNS: Final = 60
ROWS: Final = 6
_BLOCKS: Final = " ▁▂▃▄▅▆▇█"
_EIGHTHS: Final = 8
_TICKS: Final = 4


def levels_of(plan: Plan, columns: int = COLUMNS) -> list[float]:
    """The mean level of a plan in each of so many equal parts of its time."""
    width_s = plan.end_s / columns
    return [plan.total(k * width_s, (k + 1) * width_s) / width_s for k in range(columns)]


def rates_of(times_s: Sequence[float], end_s: float, columns: int = COLUMNS) -> list[float]:
    """How many of these times there are per second in each of so many equal parts."""
    width_s = end_s / columns
    counts = [0] * columns
    for at_s in times_s:
        counts[min(int(at_s / width_s), columns - 1)] += 1
    return [count / width_s for count in counts]


def picture(levels: Sequence[float], length_s: float, unit: str, *, top: float) -> list[str]:
    """The lines of the picture: a column a level, an axis with `top`, the highest, and half of it, an axis of time."""
    eighths = [_filled(level / top) for level in levels]
    labels = {ROWS - 1: _label(top, unit), ROWS // 2 - 1: _label(top / 2, unit)}
    margin = max(map(len, labels.values()))
    lines = []
    for row in reversed(range(ROWS)):
        bars = "".join(_BLOCKS[min(max(filled - row * _EIGHTHS, 0), _EIGHTHS)] for filled in eighths)
        mark = "┤" if row in labels else "│"
        lines.append(f"{labels.get(row, ''):>{margin}} {mark}{bars}".rstrip())
    lines.append(f"{'0':>{margin}} └{_ruler(len(levels))}")
    lines.append(f"{'':>{margin}}  {_times(len(levels), length_s)}")
    return lines


def _filled(share: float) -> int:
    """How many eighths of a row a column is high; what is not nothing can be seen."""
    return max(round(share * ROWS * _EIGHTHS), 1 if share > 0 else 0)


def _label(level: float, unit: str) -> str:
    return f"{level:.3g}{unit}" if level < 1000 else f"{level:,.0f}{unit}"


def _ruler(columns: int) -> str:
    step = columns // _TICKS
    return "".join("┬" if column % step == 0 else "─" for column in range(columns + 1))


def _times(columns: int, length_s: float) -> str:
    step = columns // _TICKS
    texts = [span_text(round(length_s * tick / _TICKS, 1)) for tick in range(_TICKS + 1)]
    return "".join(text.ljust(step) for text in texts).rstrip()
