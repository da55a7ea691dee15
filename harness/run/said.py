"""What a child says on its standard output, one JSON object a line."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Final, Literal, Self, TypeAlias

import orjson

from ..load.fed import Fed
from ..measure.watch import Watched
from ..money.spending import Money

READY: Final = "ready"
"""Locust's state before the load begins."""


@dataclass(frozen=True, slots=True)
class Status:
    """How it stands: Locust's state, how many users are running, and of a worker its number and records so far.

    `in_flight` is how many requests are open, `begun` how many sessions it has begun.
    """

    state: str
    users: int
    worker: int | None = None
    records: int | None = None
    in_flight: int | None = None
    begun: int | None = None


@dataclass(frozen=True, slots=True)
class Listening:
    """A master can be connected to at this port."""

    port: int


@dataclass(frozen=True, slots=True)
class Joined:
    """A worker takes part in the run under a number."""

    worker: int
    name: str
    labels: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        said = ", ".join((self.name, *(f"{name}={value}" for name, value in self.labels.items())))
        return f"worker {self.worker} ({said})"


@dataclass(frozen=True, slots=True)
class Gone:
    """A worker has ended or was lost: how many of its records are here, how many are not (None: nobody knows)."""

    worker: int
    name: str
    why: Literal["done", "lost"]
    records: int
    missing: int | None = None


@dataclass(frozen=True, slots=True)
class Unwritable:
    """A child cannot write its records any more."""

    why: str
    path: str

    @classmethod
    def of(cls, error: OSError) -> Self:
        """What an error that names its file means."""
        return cls(error.strerror or str(error), str(error.filename))

    def __str__(self) -> str:
        return f"records could not be written to {self.path} any more ({self.why})"


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A worker ended without knowing that all of its records arrived; its own file holds them, so many."""

    path: str
    records: int


@dataclass(frozen=True, slots=True)
class Stopped:
    """A child has found that nothing it could still ask would come to any good."""

    why: str


Event: TypeAlias = Listening | Joined | Gone | Unwritable | Undelivered | Fed | Watched | Money | Stopped
Said: TypeAlias = Status | Event

_EVENTS: Final[Mapping[str, type[Event]]] = {
    "listening": Listening,
    "joined": Joined,
    "gone": Gone,
    "unwritable": Unwritable,
    "undelivered": Undelivered,
    "fed": Fed,
    "watched": Watched,
    "money": Money,
    "stopped": Stopped,
}


def understood(line: bytes) -> Said | None:
    """What a line says; None for anything else that found its way to standard output."""
    try:
        said = orjson.loads(line)
        kind = _EVENTS[said["event"]] if "event" in said else Status
        return kind(**{field.name: said[field.name] for field in fields(kind) if field.name in said})
    except (ValueError, TypeError, KeyError):
        return None
