"""Who takes part in a run, and how far each of them is."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from ..load.fed import Fed
from ..measure.watch import Watched


@dataclass(slots=True)
class Member:
    """A worker that takes part: its number, Locust's name for it, and what it said.

    `joined` is whether it said that it takes part, `gone` is None while it works. `records` is how many it wrote,
    `here` how many of them the run folder holds; both are known when it is gone, `records` only if it said so, and so
    is `fed`, what became of its part of an open load, and `watched` how it kept up.
    """

    worker: int
    client_id: str
    labels: Mapping[str, str] = field(default_factory=dict)
    joined: bool = False
    spent: bool = False
    gone: Literal["done", "lost"] | None = None
    records: int | None = None
    here: int = 0
    fed: Fed | None = None
    watched: Watched | None = None

    @property
    def name(self) -> str:
        """Its machine's name, and enough of Locust's id to tell it from others there."""
        machine, _, rest = self.client_id.rpartition("_")
        return f"{machine}_{rest[:4]}"

    @property
    def missing(self) -> int | None:
        """How many of its records are not in the run folder; None when nobody knows."""
        return None if self.records is None else self.records - self.here

    @property
    def loss(self) -> str | None:
        """What the run lacks because of it, in one line; None when nothing."""
        who = f"worker {self.worker} ({self.name})"
        if self.gone == "lost":
            return f"{who} was lost after {self.here} records; what it had in flight is not in them"
        return f"{self.missing} of the {self.records} records of {who} are missing" if self.missing else None

    def to_dict(self) -> dict[str, Any]:
        """How it ended, as JSON values."""
        return {
            "worker": self.worker,
            "name": self.name,
            "why": self.gone,
            "records": self.here,
            "missing": self.missing,
        }


class Roster:
    """The workers of a run, in the order of their numbers."""

    def __init__(self, client_ids: Sequence[str]) -> None:
        self._members = {client_id: Member(worker, client_id) for worker, client_id in enumerate(client_ids)}

    def __iter__(self) -> Iterator[Member]:
        return iter(self._members.values())

    def __len__(self) -> int:
        return len(self._members)

    def get(self, client_id: str) -> Member | None:
        """The worker that Locust calls so; None when it does not take part."""
        return self._members.get(client_id)

    @property
    def working(self) -> list[Member]:
        """Those who are neither done nor lost."""
        return [member for member in self if member.gone is None]

    @property
    def unfinished(self) -> list[Member]:
        """Those who have not said that they are done."""
        return [member for member in self if member.gone != "done"]

    @property
    def complete(self) -> bool:
        """Whether all who are still there take part."""
        return all(member.joined for member in self.working)

    @property
    def spent(self) -> bool:
        """Whether all who are still there have made their share of the calls."""
        return all(member.spent for member in self.working)

    def absent(self, connected: Collection[str]) -> list[Member]:
        """Those who are not connected any more, though they work as far as anybody knew."""
        return [member for member in self.working if member.client_id not in connected]
