"""A workload as a person wants to see it before running it: classes, shares, sizes, and what is really asked."""

import textwrap
from collections.abc import Iterator, Sequence
from statistics import fmean

from profiles.catalogue import Catalogue
from profiles.schema.run import RunTable
from profiles.schema.workload import ClassTable

from .amounts import most_of
from .load import Workload
from .session import Session
from .sizes import demand, first_prompt, histogram

_SAMPLED_SESSIONS = 200
_HEAD = ("class", "share", "model", "mode", "turns", "prompt tokens", "max out", "pause")


def describe(
    workload: Workload,
    catalogue: Catalogue,
    *,
    samples: int = 2,
    rate_per_s: float | None = None,
    users: int | None = None,
) -> str:
    """The classes as a table, the sizes of their prompts as pictures, then `samples` questions of each.

    Shares are of sessions. Prompt tokens are those of first turns, the least and the most of 200 sessions. What a rate
    of sessions per second, or a number of users, comes to in tokens per minute stands below; without either it is the
    workload's own rate, if it has one. Model and pause are those of [run] where it says them.
    """
    drawn = [workload.session(index) for index in range(_SAMPLED_SESSIONS)]
    of_class = {table.name: [each for each in drawn if each.class_name == table.name] for table in workload.classes}
    model = workload.run.model
    sizes = {name: [first_prompt(each, catalogue, model) for each in sessions] for name, sessions in of_class.items()}
    whole = sum(workload.shares)
    rows = [
        _HEAD,
        *(_row(table, workload.run, sizes[table.name], of_class[table.name], whole) for table in workload.classes),
    ]
    parts = [f"{workload.name}: {workload.description}", _aligned(rows)]
    parts += [part for part in (_pictures(sizes), _slos(workload), _run(workload.run)) if part]
    parts += ["\n".join(lines)] if (lines := list(_load(workload, drawn, catalogue, rate_per_s, users))) else []
    parts += [_asked(name, sessions[:samples]) for name, sessions in of_class.items()]
    return "\n\n".join(parts)


def _row(
    table: ClassTable, run: RunTable, sizes: Sequence[int], sessions: Sequence[Session], whole: float
) -> tuple[str, ...]:
    turns = [len(session.turns) for session in sessions] or [1]
    return (
        table.name,
        f"{table.share / whole:.0%}",
        run.model or table.model,
        "streamed" if table.stream else "unstreamed",
        _span(min(turns), max(turns)),
        _span(min(sizes), max(sizes)) if sizes else "-",
        _longest(table),
        f"{_span(*table.think_time_s) if run.think_time is None else f'{run.think_time:g}'} s",
    )


def _longest(table: ClassTable) -> str:
    """The most that an answer may be long."""
    drawn = None if table.output_tokens is None else most_of(table.output_tokens)
    if table.output_tokens is not None and drawn is None:
        return "drawn"
    return str(drawn or table.max_tokens or "-")


def _pictures(sizes: dict[str, list[int]]) -> str:
    """The prompt tokens of the classes where they differ, a line a class."""
    rows = [
        (f"  {name}", histogram(counts), f"mean {fmean(counts):,.0f}")
        for name, counts in sizes.items()
        if len(set(counts)) > 1
    ]
    return f"prompt tokens of first turns\n{_aligned(rows)}" if rows else ""


def _slos(workload: Workload) -> str:
    """What a run is held against."""
    lines = ["SLOs", *(f"  {slo.text}" for slo in workload.slos)] if workload.slos else []
    lines += ["goodput", *(f"  {objective.text}" for objective in workload.goodput)] if workload.goodput else []
    return "\n".join(lines)


def _run(run: RunTable) -> str:
    """How it is run without flags."""
    said = run.model_dump(exclude_none=True, exclude={"timeouts", "slo", "goodput"}) | run.timeouts.given
    return f"run: {', '.join(f'{key} {value}' for key, value in said.items())}" if said else ""


def _load(
    workload: Workload, drawn: Sequence[Session], catalogue: Catalogue, rate_per_s: float | None, users: int | None
) -> Iterator[str]:
    """What is asked for per minute."""
    needed = demand(drawn, catalogue, workload.run.model)

    def line(of: str, sessions_per_s: float) -> str:
        per_min = 60 * sessions_per_s
        most = "no bound on" if needed.completion is None else f"at most {needed.completion * per_min:,.0f}"
        return (
            f"{of}: {needed.requests * per_min:,.0f} requests, {needed.prompt * per_min:,.0f} prompt tokens and "
            f"{most} completion tokens per minute"
        )

    rate_per_s = rate_per_s or (_own_rate_per_s(workload) if users is None else None)
    if rate_per_s is not None:
        yield line(f"{rate_per_s:g} sessions/s", rate_per_s)
    if users is not None:
        pause_s = fmean(_pauses_s(session, workload.run) for session in drawn)
        if pause_s:
            yield line(f"{users} users, if answers took no time", users / pause_s)
        else:
            yield f"{users} users who never pause: as many requests as the server answers"


def _own_rate_per_s(workload: Workload) -> float | None:
    """At which rate its sessions begin without flags; None where it says none, or one that changes."""
    rate = workload.run.rate
    if rate is None:
        return None if isinstance(workload.run.users, str) else workload.rate_per_s
    return rate if isinstance(rate, float) else None


def _pauses_s(session: Session, run: RunTable) -> float:
    """How long a user thinks in a session, in all."""
    return sum(session.think_times_s) if run.think_time is None else run.think_time * len(session.turns)


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
