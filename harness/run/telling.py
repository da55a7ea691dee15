"""Saying how far something is that takes long."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Final, TypeVar

SAY_EVERY_S: Final = 2.0

Say = Callable[[str], None]
T = TypeVar("T")


def say_aside(text: str) -> None:
    """Say it where it is in nobody's way."""
    sys.stderr.write(f"{text}\n")


def counted(
    values: Iterable[T],
    total: int | None,
    say: Say,
    *,
    what: str = "records",
    at_once: int = 500,
    now: Callable[[], float] = time.monotonic,
) -> Iterator[T]:
    """The same values; where they take long, how many there were so far is said every few seconds."""
    left, done, due = iter(values), 0, now() + SAY_EVERY_S
    while batch := list(islice(left, at_once)):
        yield from batch
        done += len(batch)
        if now() >= due:
            say(f"making the report: {done:,}{'' if total is None else f' of {total:,}'} {what}")
            due = now() + SAY_EVERY_S
