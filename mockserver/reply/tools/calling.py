"""Answering with calls: which tools, how often, with what arguments."""

from array import array
from collections.abc import Sequence
from random import Random
from typing import Any, Final

from profiles.encodings import count_tokens
from profiles.tokens import Message

from ..filler import FillerPool
from ..reply import FinishReason, Length, Reply, ToolCall
from ..salience import Topics, topics
from ..schema import conforming, matching
from ..tokenised import Tokenised, tokenise
from .fitting import fit, fitting
from .grammars import lark_text
from .offer import Offer, Tool
from .turn import Turn, listed_names, turn_of

_MOST_CALLS: Final = 5
_PER_CALL_TOKENS: Final = 5
"""Assumption: what marks a call in an answer, beside its name."""


def call_tools(
    offer: Offer, conversation: Sequence[Message], length: Length, pool: FillerPool, rng: Random
) -> Reply | None:
    """The reply that calls what the question needs; None where text is to answer it.

    Where calls are left to the answer, a tool is called when it fits the question and was not called since the user
    spoke: a loop that feeds results back ends. Naming the one tool to be called makes the finish reason "stop"
    (recorded in 11 of 13 answers), otherwise it is "tool_calls".
    """
    turn = turn_of(conversation)
    chosen = _chosen(offer, turn)
    if not chosen:
        return None
    about = topics(conversation)
    calls: list[tuple[Tool, Tokenised]] = []
    for tool, name in chosen:
        own = about if name is None else Topics((name, *about.without(_words(chosen)).current), about.earlier)
        said = turn.question if name is None else name
        calls.append((tool, _arguments(tool, own, said, pool, rng)))
    return _reply(calls, _finish_reason(offer), length.cap, pool.encoding_name)


def _chosen(offer: Offer, turn: Turn) -> list[tuple[Tool, str | None]]:
    """The tools to call, each with the one of several enumerated names that the call is about."""
    if offer.named:
        return [(offer.tools[0], None)]
    fits = [tool for tool in fitting(offer.tools, turn.question) if tool.name not in turn.called]
    if not fits and offer.required:
        fits = [max(offer.tools, key=lambda tool: fit(tool, turn.question))]
    if not fits:
        return []
    if not offer.parallel:
        return [(fits[0], None)]
    names = listed_names(turn.question)
    if len(fits) == 1 and len(names) > 1 and fits[0].kind == "function" and fits[0].parameters:
        return [(fits[0], name) for name in names[:_MOST_CALLS]]
    return [(tool, None) for tool in fits[:_MOST_CALLS]]


def _words(chosen: Sequence[tuple[Tool, str | None]]) -> frozenset[str]:
    """The words of all enumerated names: a call about one does not speak of the others."""
    return frozenset(word for _, name in chosen if name for word in name.lower().split())


def _arguments(tool: Tool, about: Topics, said: str, pool: FillerPool, rng: Random) -> Tokenised:
    if tool.kind == "custom":
        return tokenise(_input(tool, about, rng), pool.encoding_name)
    schema: dict[str, Any] = dict(tool.parameters or {})
    if not schema.get("properties") and "$ref" not in schema:
        return tokenise("{}", pool.encoding_name)
    return conforming({"type": "object", **schema}, about, None, pool, rng, said=said).cut(None)


def _input(tool: Tool, about: Topics, rng: Random) -> str:
    """What a custom tool is given: as its grammar says, else a query or a piece of code, else words."""
    if tool.grammar is not None:
        make = matching if tool.grammar.syntax == "regex" else lark_text
        said = make(tool.grammar.definition, rng)
        if said is not None:
            return said
    subject = " ".join(about.all[:2]) or "this"
    purpose = f"{tool.name} {tool.description}".lower()
    if "sql" in purpose:
        table = subject.replace(" ", "_").lower()
        return f"SELECT * FROM {table} LIMIT {rng.randint(1, 20)};"  # noqa: S608 - said, never run
    if "code" in purpose or "python" in purpose:
        return f"print({subject!r})"
    return subject


def _finish_reason(offer: Offer) -> FinishReason:
    if offer.legacy:
        return "stop" if offer.named else "function_call"
    return "stop" if offer.named else "tool_calls"


def _reply(
    calls: Sequence[tuple[Tool, Tokenised]], finish_reason: FinishReason, cap: int | None, encoding_name: str
) -> Reply:
    """The calls as a reply, cut off where the cap says."""
    ends = array("I")
    starts: list[int] = []
    said = 0
    for tool, arguments in calls:
        ends.extend([said] * (count_tokens(tool.name, encoding_name) + _PER_CALL_TOKENS))
        starts.append(len(ends))
        ends.extend(said + end for end in arguments.ends)
        said += len(arguments.text)
    cut = cap is not None and len(ends) > cap
    ends = ends[:cap] if cut else ends
    text = "".join(arguments.text for _, arguments in calls)[: ends[-1] if ends else 0]
    made: list[ToolCall] = []
    at = 0
    for (tool, arguments), start in zip(calls, starts, strict=True):
        if start > len(ends):
            break
        made.append(ToolCall(tool.name, text[at : at + len(arguments.text)], tool.kind))
        at += len(arguments.text)
    return Reply(text, ends, "length" if cut else finish_reason, tuple(made))
