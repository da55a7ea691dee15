"""One run as its master sees it: who takes part, what they have delivered, what is missing in the end."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from ..load.fed import Fed, together
from ..load.trace import Row
from ..measure.watch import Watched
from ..run.folder import RunFolder
from ..workload import Workload
from .inbox import Inbox
from .messages import Assignment
from .roster import Member, Roster

Say = Callable[[Mapping[str, Any]], None]


class Gathering:
    """The workers of a run and their records; `say` tells the parent of what happens to them."""

    def __init__(self, run: str, folder: RunFolder, client_ids: Sequence[str], say: Say) -> None:
        """A run with this id; `client_ids` are Locust's names of its workers, in the order of their numbers."""
        self.run = run
        self.folder = folder
        self.roster = Roster(client_ids)
        self._inbox = Inbox(folder)
        self._say = say
        self._closed = False

    def assignments(
        self, workload: Workload | None, rows: Sequence[Row] | None = None, *, is_watched: bool = False
    ) -> Iterator[tuple[str, Assignment]]:
        """What every worker is to be told, by Locust's name of it."""
        traced = None if rows is None else [(row.at_s, row.prompt_tokens, row.completion_tokens) for row in rows]
        for member in self.roster:
            yield (
                member.client_id,
                Assignment(
                    run=self.run,
                    worker=member.worker,
                    workers=len(self.roster),
                    folder=str(self.folder.path.absolute()),
                    workload=None if workload is None else workload.name,
                    workload_text=None if workload is None else workload.text,
                    workload_files={} if workload is None else workload.files,
                    rows=traced,
                    is_watched=is_watched,
                ),
            )

    def heard(self, client_id: str, data: Mapping[str, Any]) -> Member | None:
        """Whose message this is; None if it belongs to another run. Who was thought to be lost is back."""
        member = self.roster.get(client_id)
        if member is None or data["run"] != self.run or self._closed:
            return None
        if member.gone == "lost":
            self._back(member)
        return member

    def joined(self, member: Member, labels: Mapping[str, str]) -> None:
        """A worker takes part."""
        member.labels, member.joined = labels, True
        self._say_joined(member)

    def keep(self, member: Member, offset: int, data: bytes) -> int:
        """Take records in; return how many bytes of this worker's are here. Raises OSError."""
        return self._inbox.take(member.worker, offset, data)

    def spent(self, member: Member) -> None:
        """A worker has made its share of --requests."""
        member.spent = True
        self._say({"event": "spent", "worker": member.worker})

    def done(self, member: Member, records: int, watched: Watched, fed: Fed | None = None) -> None:
        """A worker has written so many records, delivered them and makes no more."""
        if member.gone is None:
            member.gone, member.records, member.watched, member.fed = "done", records, watched, fed
            self._say_gone(member)
            self._say({"event": "watched", **watched.to_dict()})
            if fed is not None:
                self._say({"event": "fed", **fed.to_dict()})

    @property
    def watched(self) -> list[Watched]:
        """How workers kept up, as far as they have told."""
        return [member.watched for member in self.roster if member.watched is not None]

    @property
    def fed(self) -> Fed | None:
        """What became of an open load, as far as workers have told."""
        return together([member.fed for member in self.roster if member.fed is not None])

    def miss(self, connected: Collection[str]) -> list[Member]:
        """Give up those who are not among the connected workers, and return them. Who was given up may be back."""
        for member in self.roster:
            if member.gone == "lost" and member.client_id in connected:
                self._back(member)
        absent = self.roster.absent(connected)
        for member in absent:
            member.gone = "lost"
            self._say_gone(member)
        return absent

    def losses(self) -> list[str]:
        """What the records lack, a line for each worker that is to blame."""
        for member in self.roster:
            member.here = self._inbox.lines(member.worker)
        return [loss for member in self.roster if (loss := member.loss)]

    def close(self) -> None:
        """Nothing is taken in any more."""
        self._closed = True
        self._inbox.close()

    def _back(self, member: Member) -> None:
        """A worker was silent for a while only."""
        member.gone = None
        self._say_joined(member)

    def _say_joined(self, member: Member) -> None:
        self._say(
            {"event": "joined", "worker": member.worker, "name": member.name, "labels": dict(member.labels)},
        )

    def _say_gone(self, member: Member) -> None:
        member.here = self._inbox.lines(member.worker)
        self._say({"event": "gone", **member.to_dict()})
