"""What the attempts of a run have in common that no single figure shows: the material of advice."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from profiles.record import Record

from .histogram import LogHistogram

T = TypeVar("T")

CACHEABLE_TOKENS: Final = 1024
"""Shorter prompts are not cached by the API."""
UNUSED: Final = 0.5
"""A limit of which that share was left when another one refused a request is unused."""


@dataclass(slots=True)
class Turns:
    """Prompt tokens by turn, of one class."""

    prompt: Counter[int] = field(default_factory=Counter)
    answers: Counter[int] = field(default_factory=Counter)

    def merge(self, other: "Turns") -> None:
        """Add those of other attempts."""
        self.prompt.update(other.prompt)
        self.answers.update(other.answers)

    def mean(self, turn: int) -> float | None:
        """Prompt tokens at a turn, on average; None where there was no answer."""
        return self.prompt[turn] / self.answers[turn] if self.answers[turn] else None

    def last(self, least: int) -> int:
        """The latest turn that was answered at least so often, 0 where there is none."""
        return max((turn for turn, answers in self.answers.items() if answers >= least), default=0)


@dataclass(slots=True)
class Habits:
    """Sums over the attempts of a run.

    `completions` are the lengths of complete answers by class, `retries` attempts after the first by the second of
    their sending. Of `refused` (429 whose headers told both limits) `requests_unused` and `tokens_unused` had half of
    that limit left and less of the other. `repeats` are prompts that repeat earlier turns and are long enough to be
    cached, `repeated_tokens` their tokens, `cached_tokens` those of them that were.
    """

    completions: dict[str, LogHistogram] = field(default_factory=dict)
    turns: dict[str, Turns] = field(default_factory=dict)
    retries: Counter[int] = field(default_factory=Counter)
    refused: int = 0
    requests_unused: int = 0
    tokens_unused: int = 0
    repeats: int = 0
    repeated_tokens: int = 0
    cached_tokens: int = 0

    def add(self, record: Record) -> None:
        """Take one attempt in."""
        if record.attempt > 1 and record.sent_at is not None:
            self.retries[int(record.sent_at)] += 1
        if record.outcome == "rate_limited":
            self._refused(record)
        if record.outcome == "complete" and record.tokens is not None:
            self._answered(record.class_, record.turn or 0, record.tokens.prompt, record.tokens.cached)
            if record.tokens.completion is not None:
                _of(self.completions, record.class_, LogHistogram).add(record.tokens.completion)

    def merge(self, other: "Habits") -> None:
        """Add those of other attempts."""
        for name, lengths in other.completions.items():
            _of(self.completions, name, LogHistogram).merge(lengths.buckets)
        for name, turns in other.turns.items():
            _of(self.turns, name, Turns).merge(turns)
        self.retries.update(other.retries)
        self.refused += other.refused
        self.requests_unused += other.requests_unused
        self.tokens_unused += other.tokens_unused
        self.repeats += other.repeats
        self.repeated_tokens += other.repeated_tokens
        self.cached_tokens += other.cached_tokens

    def _answered(self, class_: str, turn: int, prompt: int | None, cached: int | None) -> None:
        if prompt is None:
            return
        turns = _of(self.turns, class_, Turns)
        turns.prompt[turn] += prompt
        turns.answers[turn] += 1
        if turn and prompt >= CACHEABLE_TOKENS and cached is not None:
            self.repeats += 1
            self.repeated_tokens += prompt
            self.cached_tokens += cached

    def _refused(self, record: Record) -> None:
        requests, tokens = (_left(record, unit) for unit in ("requests", "tokens"))
        if requests is None or tokens is None:
            return
        self.refused += 1
        self.requests_unused += requests >= UNUSED > tokens
        self.tokens_unused += tokens >= UNUSED > requests


def _of(table: dict[str, T], name: str, make: Callable[[], T]) -> T:
    value = table.get(name)
    if value is None:
        value = table[name] = make()
    return value


def _left(record: Record, unit: str) -> float | None:
    """The share of a limit that was left, by the answer's headers; None where they do not say."""
    left, limit = (record.ratelimit.get(f"{what}-{unit}", "") for what in ("remaining", "limit"))
    return int(left) / int(limit) if left.isdecimal() and limit.isdecimal() and int(limit) else None
