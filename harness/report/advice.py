"""What to look at in a run: rules with thresholds, each a sentence with the numbers that it follows from."""

from typing import Final

from ..measure.habits import Habits
from ..measure.summary import Summary
from .advice_on_load import ON_LOAD
from .advice_on_prompts import ON_PROMPTS

MOST: Final = 5


def advice(summary: Summary, habits: Habits) -> list[str]:
    """What to look at, the most important first, few of it."""
    found = [each for rule in (*ON_LOAD, *ON_PROMPTS) for each in rule(summary, habits)]
    return [each.text for each in sorted(found, key=lambda each: -each.weight)[:MOST]]
