"""Which session a user begins next."""

from dataclasses import dataclass


@dataclass(slots=True)
class SessionNumbers:
    """The session numbers of one process: worker `worker` of `workers` takes those that are `worker` mod `workers`.

    So the processes of a run share its sessions without talking to each other, and one process takes them all.
    """

    worker: int = 0
    workers: int = 1
    begun: int = 0

    def next(self) -> int:
        """The number of the next session."""
        number = self.worker + self.begun * self.workers
        self.begun += 1
        return number
