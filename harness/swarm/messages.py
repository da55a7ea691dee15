"""What master and workers say to each other besides Locust's own messages.

Every message names the run and the worker, so that nothing of one run is taken for another's.

    harness.begin    master: your share of the run that begins now (an Assignment)
    harness.joined   worker: I take part; my labels
    harness.start    master: all take part; time zero of the load is so many seconds after this arrives
    harness.refused  worker: I cannot; why
    harness.records  worker: a piece of my records, where it does not write into the run folder itself
    harness.ack      master: how many bytes of your records I have
    harness.spent    worker: my share of --requests is made, or the load is over
    harness.lease    worker: how my users spend the budget, and what they need of it (an Ask)
    harness.grant    master: what you are granted of it in all
    harness.stop     worker: nothing that we could still ask would come to any good; why
    harness.drain    master: begin no call any more, let your users finish, and say when you are done
    harness.done     worker: so many records are written, and all of them are with you; how it kept up, and
                     what became of an open load
    harness.bye      master: I know that you are done
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from ..money.amount import Amount
from ..money.bank import Ask
from .share import Share

BEGIN: Final = "harness.begin"
JOINED: Final = "harness.joined"
START: Final = "harness.start"
REFUSED: Final = "harness.refused"
RECORDS: Final = "harness.records"
ACK: Final = "harness.ack"
SPENT: Final = "harness.spent"
LEASE: Final = "harness.lease"
GRANT: Final = "harness.grant"
STOP: Final = "harness.stop"
DRAIN: Final = "harness.drain"
DONE: Final = "harness.done"
BYE: Final = "harness.bye"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A worker's part in a run.

    `run` is the run's id, `folder` the run folder as the master knows it. The workload travels as text, and with
    it the files that it names, because they need not be on the worker's machine; both texts are None for users of
    somebody's own. So does a trace: `rows` are its requests, each (at_s, prompt tokens, completion tokens).
    `is_watched` is whether the master has a web page that shows what workers report.
    """

    run: str
    worker: int
    workers: int
    folder: str
    workload: str | None
    workload_text: str | None
    workload_files: Mapping[str, str] = field(default_factory=dict)
    rows: Sequence[tuple[float, int | None, int | None]] | None = None
    is_watched: bool = False

    @property
    def share(self) -> Share:
        """The numbers that are this worker's."""
        return Share(self.worker, self.workers)

    def to_dict(self) -> dict[str, Any]:
        """The assignment as a message."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Assignment":
        """The assignment in a message."""
        return cls(**data)


def ask_to_dict(ask: Ask) -> dict[str, Any]:
    """An ask as a message."""
    return {name: list(getattr(ask, name).parts) for name in _ASKED}


def ask_from_dict(data: Mapping[str, Any]) -> Ask:
    """The ask in a message."""
    return Ask(**{name: Amount(*data[name]) for name in _ASKED})


_ASKED: Final = ("spent", "returned", "need", "wish")
