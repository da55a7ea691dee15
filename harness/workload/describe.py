"""A workload as a person wants to see it before running it: classes, shares, sizes, and what is really asked."""

import textwrap
from collections.abc import Sequence

from profiles.catalogue import Catalogue, ModelFacts
from profiles.schema import ClassTable
from profiles.tokens import Message, prompt_tokens

from .load import Workload
from .session import Session

_SAMPLED_SESSIONS = 200
_HEAD = ("class", "share", "model", "mode", "turns", "prompt tokens", "max out", "pause")


def describe(workload: Workload, catalogue: Catalogue, *, samples: int = 2) -> str:
    """The classes as a table, then `samples` questions of each.

    Shares are of sessions. Prompt tokens are those of first turns, the least and the most of 200 sessions.
    """
    drawn = [workload.session(index) for index in range(_SAMPLED_SESSIONS)]
    of_class = {table.name: [each for each in drawn if each.class_name == table.name] for table in workload.classes}
    weight = sum(table.weight for table in workload.classes)
    rows = [_HEAD, *(_row(table, of_class[table.name], weight, catalogue) for table in workload.classes)]
    parts = [f"{workload.name}: {workload.description}", _aligned(rows)]
    parts += [_asked(name, sessions[:samples]) for name, sessions in of_class.items()]
    return "\n\n".join(parts)


def _row(table: ClassTable, sessions: Sequence[Session], weight: float, catalogue: Catalogue) -> tuple[str, ...]:
    turns = [len(scenario.turns) for scenario in table.scenario or ()] or [1]
    return (
        table.name,
        f"{table.weight / weight:.0%}",
        table.model,
        "streamed" if table.stream else "unstreamed",
        _span(min(turns), max(turns)),
        _tokens(sessions, catalogue),
        "-" if table.max_tokens is None else str(table.max_tokens),
        f"{_span(*table.think_time_s)} s",
    )


def _tokens(sessions: Sequence[Session], catalogue: Catalogue) -> str:
    counts = [_first_turn_tokens(session, catalogue) for session in sessions]
    return _span(min(counts), max(counts)) if counts else "-"


def _first_turn_tokens(session: Session, catalogue: Catalogue) -> int:
    messages = [Message(message["role"], message["content"]) for message in session.messages(0)]
    facts = catalogue.resolve(session.model) or ModelFacts(session.model, session.model, session.model)
    return prompt_tokens(messages, facts)


def _span(least: float, most: float) -> str:
    return f"{least:g}" if least == most else f"{least:g}-{most:g}"


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def _asked(name: str, sessions: Sequence[Session]) -> str:
    lines = [name]
    for session in sessions:
        for number, turn in enumerate(session.turns):
            lines.append(("    " if number else "  - ") + textwrap.shorten(turn.user_text, 112, placeholder=" ..."))
    return "\n".join(lines)
