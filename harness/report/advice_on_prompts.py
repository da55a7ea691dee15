"""What to look at in what was asked and answered: lengths, conversations, caching, cost, hang-ups, usage."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ..measure.habits import Habits
from ..measure.section import Section
from ..measure.summary import Summary
from .finding import LEAST, Finding, Rule
from .numbers import dollars, share

LENGTH: Final = 0.05
GENEROUS: Final = 3.0
"""`max_tokens` over what 95 % of the answers need."""
GROWTH: Final = 2.0
"""Prompt tokens of the last turn over those of the first."""
CACHED: Final = 0.25
DOMINANT: Final = 0.6
"""A class that costs that much of all, with less than half of that share of the requests."""
ABANDONED: Final = 0.05
MISMATCHED: Final = 0.01


def _cut_short(summary: Summary, _habits: Habits) -> Iterator[Finding]:
    """Answers that end because `max_tokens` are used up."""
    worst = _worst(summary.classes, lambda section: _detail(section, "length"))
    if worst is not None and worst.part > LENGTH * worst.whole:
        yield worst.finding(
            f"{worst} of the complete answers of {worst.name} end with `length`: cut off by max_tokens; "
            "raise it, or ask for shorter answers"
        )


def _generous(summary: Summary, habits: Habits) -> Iterator[Finding]:
    """`max_tokens` that nobody needs: they are charged against TPM and hide a runaway answer."""
    for name, limit in summary.run.get("max_tokens", {}).items():
        used = habits.completions.get(name)
        if used is None or used.n < LEAST:
            continue
        needed = used.quantile(0.95)
        if not needed or limit <= GENEROUS * needed:  # some gateways count no tokens
            continue
        yield Finding(
            0.3 * _of_run(summary, name),
            f"{name} asks for max_tokens {limit:,}, and 95 % of its answers take {needed:.0f} tokens or fewer "
            f"({limit / needed:.1f} times that): where limits count max_tokens, a lower one admits more requests",
        )


def _history(summary: Summary, habits: Habits) -> Iterator[Finding]:
    """Conversations whose prompts grow with every turn."""
    for name, turns in habits.turns.items():
        last = turns.last(LEAST)
        begin, end = turns.mean(0), turns.mean(last)
        if begin and end and end >= GROWTH * begin:
            yield Finding(
                0.4 * _of_run(summary, name),
                f"prompts of {name} grow from {begin:,.0f} tokens at the first turn to {end:,.0f} at turn {last + 1} "
                f"({end / begin:.1f} times): cut or summarise the history",
            )


def _uncached(_summary: Summary, habits: Habits) -> Iterator[Finding]:
    """Long prompts that repeat what was sent before, and are not answered from a cache."""
    repeated, cached = habits.repeated_tokens, habits.cached_tokens
    if habits.repeats >= LEAST and cached < CACHED * repeated:
        yield Finding(
            0.3,
            f"{share(cached, repeated)} of {repeated:,} prompt tokens of later turns came from the cache, though they "
            "repeat earlier ones: keep the beginning of prompts the same, byte for byte",
        )


def _dominant(summary: Summary, _habits: Habits) -> Iterator[Finding]:
    """A class that costs most of the money."""
    cost_usd, total = summary.whole.cost_usd, summary.whole.requests.total
    for name, section in summary.classes.items():
        if not cost_usd or not section.cost_usd or total < LEAST:
            continue
        costs, makes = section.cost_usd / cost_usd, section.requests.total / total
        if costs > DOMINANT and makes < costs / 2:
            yield Finding(
                0.5 * costs,
                f"{name} makes {makes:.0%} of the requests and {costs:.0%} of the cost "
                f"({dollars(section.cost_usd)} of {dollars(cost_usd)}): a smaller model or prompt pays off there first",
            )


def _abandoned(summary: Summary, _habits: Habits) -> Iterator[Finding]:
    """Users who do not wait for the end."""
    worst = _worst(summary.classes, lambda section: section.requests.by_outcome.get("abandoned", 0), of_all=True)
    if worst is not None and worst.part > ABANDONED * worst.whole:
        yield worst.finding(
            f"{worst} of the attempts of {worst.name} were abandoned by their users: what was generated is paid for"
        )


def _mismatched(summary: Summary, _habits: Habits) -> Iterator[Finding]:
    """Usage that does not fit the text."""
    worst = _worst(summary.classes, lambda section: _detail(section, "usage_mismatch"))
    if worst is not None and worst.part > MISMATCHED * worst.whole:
        yield worst.finding(
            f"the usage of {worst} complete answers of {worst.name} does not fit their text (usage_mismatch): "
            "tokens and cost of that class are as the server says, not as counted"
        )


@dataclass(frozen=True, slots=True)
class _Part:
    """Some of the attempts of a class."""

    name: str
    part: int
    whole: int

    def __str__(self) -> str:
        return f"{self.part:,} of {self.whole:,} ({share(self.part, self.whole)})"

    def finding(self, text: str) -> Finding:
        """That text, as heavy as the share that it is about."""
        return Finding(self.part / self.whole, text)


def _worst(classes: Mapping[str, Section], count: Callable[[Section], int], *, of_all: bool = False) -> _Part | None:
    """The class with the largest share of something among its complete attempts, or all."""
    parts = [
        _Part(name, count(section), whole)
        for name, section in classes.items()
        if (whole := section.requests.total if of_all else section.requests.by_outcome.get("complete", 0)) >= LEAST
    ]
    return max(parts, key=lambda part: part.part / part.whole, default=None)


def _detail(section: Section, detail: str) -> int:
    return section.requests.complete_details.get(detail, 0)


def _of_run(summary: Summary, name: str) -> float:
    """The share of a class of all attempts."""
    section, total = summary.classes.get(name), summary.whole.requests.total
    return section.requests.total / total if section is not None and total else 0.0


ON_PROMPTS: Final[Sequence[Rule]] = (_cut_short, _generous, _history, _uncached, _dominant, _abandoned, _mismatched)
