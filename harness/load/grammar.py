"""A plan from a text: a number, stages, or the name of a shape."""

import re
from itertools import pairwise
from typing import Final

from .named import is_named, level_of
from .plan import Plan, Stage, levels_text
from .shapes import shape_of
from .spans import range_text, seconds_of

_ONE_UNIT: Final = re.compile(r"\d+([hm])")
FORM: Final = 'write 20, "0-60s: 1->20, 60-120s: 20" or "spike: base=5, peak=50"'


def plan_of(text: str) -> Plan:
    """The plan of a text. Raises ValueError with what would be right.

        20                              the same all the time
        0-60s: 1->20, 60-120s: 20       stages from 0 on, each behind the one before: flat, or from one level to another
        spike: base=5, peak=50          a shape, with what is different about it

    A first time without a unit takes that of the second, if that has one only: "1-2m" is from one minute to two.
    """
    if is_named(text):
        plan = shape_of(text)
    elif ":" in text:
        plan = Plan(tuple(_stage(part) for part in text.split(",") if part.strip()))
        _check_order(plan)
    else:
        plan = Plan.constant(_constant(text))
    if not plan.peak > 0:
        raise ValueError(f"{text!r} never rises above 0; {FORM}")
    return plan


def _constant(text: str) -> float:
    try:
        return level_of(text)
    except ValueError as error:
        why = f"{text.strip()!r} has no colon behind the time" if "-" in text.strip()[1:] else str(error)
        raise ValueError(f"{why}; {FORM}") from None


def _stage(text: str) -> Stage:
    """One stage: "0-60s: 1->20"."""
    times, colon, levels = text.strip().partition(":")
    start, dash, end = (part.strip() for part in times.partition("-"))
    if not colon or not dash or not levels.strip():
        raise ValueError(f"{text.strip()!r} is no stage; write for example 0-60s: 1->20")
    start_s, end_s = seconds_of(_with_unit(start, end)), seconds_of(end)
    if not start_s < end_s:
        raise ValueError(f"{text.strip()!r} ends before it begins, or at once; write units to both, such as 60s-2m")
    first, arrow, last = levels.partition("->")
    begin = level_of(first)
    stage = Stage(start_s, end_s, begin, level_of(last) if arrow else begin)
    return Stage(stage.start_s, stage.end_s, stage.begin, stage.end, _name(start, end, stage))


def _with_unit(start: str, end: str) -> str:
    """The first time with the unit of the second, where it has none of its own and the second has one only."""
    unit = _ONE_UNIT.fullmatch(end)
    return f"{start}{unit[1]}" if unit and start.isdecimal() else start


def _name(start: str, end: str, stage: Stage) -> str:
    """What a person wrote, with the blanks where they belong."""
    return f"{start}-{end}: {levels_text(stage.begin, stage.end)}"


def _check_order(plan: Plan) -> None:
    """Raise ValueError unless the stages follow each other from 0 on."""
    first = plan.stages[0]
    if first.start_s != 0:
        right = range_text(0.0, first.end_s)
        raise ValueError(f"the first stage, {first.name!r}, must begin at 0; write {right}: ...")
    for number, (before, stage) in enumerate(pairwise(plan.stages), start=2):
        if stage.start_s != before.end_s:
            right = range_text(before.end_s, max(stage.end_s, before.end_s + stage.length_s))
            levels = levels_text(stage.begin, stage.end)
            raise ValueError(
                f"stage {number}, {stage.name!r}, must begin where the one before ends, at {before.end_s:g} s; "
                f"write {right}: {levels}"
            )
