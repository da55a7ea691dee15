"""The load of a run while it goes on: who is launched when, what is shown, what is taken in."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..gate.abort import Aborts
from ..money.amount import NOTHING, Amount
from ..money.spending import Money
from ..report.live import LiveLine
from .commands import load_command, master_command, worker_command
from .course import Seen
from .crew import Address, Crew
from .folder import RunFolder
from .process import Children
from .results import Results
from .said import Event, Gone, Joined, Listening, Stopped, Unwritable
from .settings import RunSettings
from .tail import Tails
from .watching import Watching


@dataclass(slots=True)
class Load:
    """Launches the processes of a run and takes their records in, as they tell and write.

    `before` was spent of the budget before the load, `money` is how the run stands against its caps, `stopped` why it
    asks nothing any more, as far as told.
    """

    settings: RunSettings
    crew: Crew
    folder: RunFolder
    results: Results
    children: Children
    tails: Tails
    line: LiveLine
    watching: Watching
    aborts: Aborts = field(default_factory=lambda: Aborts(()))
    before: Amount = NOTHING
    money: Money | None = None
    stopped: str = ""

    def launch(self) -> None:
        """Start the only process, or the master, whom the workers follow once it listens."""
        if self.crew.has_master:
            self.children.launch("master", master_command(self.settings, self.crew, self.folder.path))
        else:
            self.children.launch("load", load_command(self.settings, self.crew, self.folder.path))
        if self.crew.web is not None:
            self.line.say(f"web UI: http://{self.crew.web} while the run goes on")

    def heard(self, event: Event) -> None:
        """Do what an event asks for, and say what a person should know of it."""
        match event:
            case Listening(port):
                self._follow(port)
            case Joined() if self.crew.awaited:
                self.line.say(f"{event} takes part")
            case Gone(why="lost"):
                self.line.say(f"worker {event.worker} ({event.name}) was lost")
            case Unwritable(why, path):
                self.line.say(f"{path} cannot be written ({why})")
            case Money(dry=True) if self.money is None or not self.money.dry:
                self.line.say(f"the budget is used up ({event.after(self.before)}): requests in flight may finish")
            case Stopped(why) if not self.stopped:
                self.line.say(why)
            case _:
                pass
        if isinstance(event, Money):
            self.money = self.watching.money = event.after(self.before)
        elif isinstance(event, Stopped):
            self.stopped = event.why

    def tick(self, elapsed_s: float, seen: Sequence[Seen]) -> str:
        """Take in what was recorded meanwhile, show how it goes, and say why the load has to end early where it has."""
        records = list(self.tails.read())
        for record in records:
            self.results.add(record)
            self.watching.progress.add(record)
        self.aborts.add(records, elapsed_s)
        if elapsed_s:
            self.line.show(
                elapsed_s,
                lambda: self.watching.line(elapsed_s, seen),
                lambda width: self.watching.picture(elapsed_s, seen, width),
            )
        return self.aborts.reason(elapsed_s)

    def _follow(self, port: int) -> None:
        """Start the workers here; say where those of other machines are awaited."""
        master = Address(self.crew.bind.from_here, port)
        for _ in range(self.crew.processes):
            self.children.launch("worker", worker_command(master, self.folder.path, self.crew.labels))
        if self.crew.awaited:
            many = "a worker" if self.crew.awaited == 1 else f"{self.crew.awaited} workers"
            self.line.say(
                f"waiting for {many} at {Address(self.crew.bind.host, port)}; "
                f"on another machine: harness worker --master-host THIS-MACHINE --master-port {port}"
            )
