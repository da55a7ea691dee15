"""How large the requests of a workload are, as far as that is known before the run."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any, Final

from profiles.catalogue import Catalogue, ModelFacts
from profiles.tokens import Message, prompt_tokens
from profiles.tools import ToolText, schema_tokens, tool_tokens

from .session import Session

_BARS: Final = "▁▂▃▄▅▆▇█"
_COLUMNS: Final = 24
PER_MESSAGE: Final = 4
"""What a reply costs in the prompts after it, besides its own tokens."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What a session asks for on average: requests, prompt tokens, and completion tokens at most (None: no bound).

    Replies count in later prompts with the most they may have, and with nothing where nothing bounds them.
    """

    requests: float
    prompt: float
    completion: float | None


def first_prompt(session: Session, catalogue: Catalogue, model: str | None = None) -> int:
    """The prompt tokens of a session's first request, tools and schema included."""
    return _prompts(session, catalogue, model)[0]


def demand(sessions: Sequence[Session], catalogue: Catalogue, model: str | None = None) -> Demand:
    """The means of these sessions."""
    limits = [limit_of(session, k) for session in sessions for k in range(len(session.turns))]
    known = [limit for limit in limits if limit is not None]
    return Demand(
        requests=len(limits) / len(sessions),
        prompt=fmean(sum(_prompts(session, catalogue, model)) for session in sessions),
        completion=sum(known) / len(sessions) if len(known) == len(limits) else None,
    )


def tokens_beside(params: Mapping[str, Any], facts: ModelFacts, *, after_system: bool) -> int:
    """What the tools and the schema of a request add to its prompt, with a system message or without."""
    functions = [tool["function"] for tool in params.get("tools", ())]
    tools = [ToolText(one["name"], one.get("description", ""), one.get("parameters")) for one in functions]
    named = isinstance(params.get("tool_choice"), dict)
    schema = params.get("response_format", {}).get("json_schema")
    return tool_tokens(tools, facts, after_system=after_system, named=named) + (
        0 if schema is None else schema_tokens(schema["schema"], facts)
    )


def histogram(counts: Sequence[int]) -> str:
    """Counts as a small picture between the least and the most of them: "45 ▂▅█▃▁ 80"."""
    least, most = min(counts), max(counts)
    if least == most:
        return str(least)
    columns = min(_COLUMNS, most - least + 1)
    heights = [0] * columns
    for count in counts:
        heights[min((count - least) * columns // (most - least), columns - 1)] += 1
    bars = (_BARS[-(-height * (len(_BARS) - 1) // max(heights))] if height else " " for height in heights)
    return f"{least:,} {''.join(bars)} {most:,}"


def limit_of(session: Session, turn: int) -> int | None:
    """The `max_tokens` of a turn, None where nothing bounds its answer."""
    limit: int | None = session.params_of(turn).get("max_tokens")
    return limit


def _prompts(session: Session, catalogue: Catalogue, model: str | None) -> list[int]:
    """The prompt tokens of each request of a session, replies as long as they may be."""
    asked = model or session.model
    facts = catalogue.resolve(asked) or ModelFacts(asked, asked, asked)
    return prompts_of(session, facts, lambda turn: limit_of(session, turn) or 0)


def prompts_of(session: Session, facts: ModelFacts, reply: Callable[[int], int]) -> list[int]:
    """The prompt tokens of each request of a session, each with those before it and their replies.

    `reply(turn)` is how many tokens the reply to a turn has.
    """
    system = [] if session.system is None else [Message("system", session.system)]
    tokens = prompt_tokens(system, facts) + tokens_beside(session.params, facts, after_system=bool(system))
    found = []
    for number, turn in enumerate(session.turns):
        tokens += prompt_tokens([Message("user", turn.user_text)], facts) - prompt_tokens([], facts)
        found.append(tokens)
        tokens += PER_MESSAGE + reply(number)
    return found
