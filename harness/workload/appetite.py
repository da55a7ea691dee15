"""What the sessions of a workload take, class by class: least, as usual and at most, as far as known before a run."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final, Literal

from profiles.catalogue import Catalogue, ModelFacts

from .session import Session
from .sizes import PER_MESSAGE, limit_of, prompts_of

Case = Literal["low", "expected", "worst"]
CASES: Final[tuple[Case, ...]] = ("low", "expected", "worst")

TYPICAL_TOKENS: Final = 200
"""Assumption: how long an answer is where `max_tokens` only bounds it."""
LOW_TOKENS: Final = 50
TYPICAL_REASONING: Final = 400
"""Assumption: what a reasoning model thinks before it answers; a quarter of it at least."""
CACHED_FROM: Final = 1_024
"""Prompts from this size on are cached by the API; what came before in a conversation is, in the low case."""


@dataclass(frozen=True, slots=True)
class Need:
    """Means per session: prompt tokens, those of them that are cached, completion tokens, those that are reasoning."""

    prompt: float
    cached: float
    completion: float
    reasoning: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Appetite:
    """A class: which share of the sessions it has, how many calls and seconds of pauses one takes, and its tokens."""

    name: str
    model: str
    share: float
    calls: float
    pause_s: float
    needs: Mapping[str, Need]


def appetites(sessions: Sequence[Session], catalogue: Catalogue, model: str | None = None) -> tuple[Appetite, ...]:
    """What these sessions take on average, by class; `model` is asked in place of theirs."""
    by_class: dict[str, list[Session]] = {}
    for session in sessions:
        by_class.setdefault(session.class_name, []).append(session)
    return tuple(
        Appetite(
            name=name,
            model=model or some[0].model,
            share=len(some) / len(sessions),
            calls=fmean(len(session.turns) for session in some),
            pause_s=fmean(sum(session.think_times_s) for session in some),
            needs={case: _mean([_need(session, catalogue, model, case) for session in some]) for case in CASES},
        )
        for name, some in by_class.items()
    )


def _need(session: Session, catalogue: Catalogue, model: str | None, case: Case) -> Need:
    asked = model or session.model
    facts = catalogue.resolve(asked) or ModelFacts(asked, asked, asked)
    answers = [_answer(session, turn, facts, case) for turn in range(len(session.turns))]
    prompts = prompts_of(session, facts, lambda turn: answers[turn][0] - answers[turn][1])
    return Need(
        prompt=sum(prompts),
        cached=sum(_cached(prompts)) if case == "low" else 0.0,
        completion=sum(completion for completion, _ in answers),
        reasoning=sum(reasoning for _, reasoning in answers),
    )


def _answer(session: Session, turn: int, facts: ModelFacts, case: Case) -> tuple[int, int]:
    """The completion tokens of an answer, and how many of them are reasoning."""
    limit = limit_of(session, turn)
    most = facts.max_output_tokens if limit is None else limit
    if case == "worst":
        return most, 0
    drawn = session.turns[turn].max_tokens
    usual, least = (TYPICAL_TOKENS, LOW_TOKENS) if drawn is None else (drawn, drawn // 2)
    thought = TYPICAL_REASONING if facts.reasoning else 0
    reasoning = thought if case == "expected" else thought // 4
    completion = min((usual if case == "expected" else least) + reasoning, most)
    return completion, min(reasoning, completion)


def _cached(prompts: Sequence[int]) -> list[int]:
    return [before - PER_MESSAGE if before >= CACHED_FROM else 0 for before in prompts[:-1]]


def _mean(needs: Sequence[Need]) -> Need:
    of: Callable[[str], float] = lambda name: fmean(getattr(need, name) for need in needs)  # noqa: E731
    return Need(of("prompt"), of("cached"), of("completion"), of("reasoning"))
