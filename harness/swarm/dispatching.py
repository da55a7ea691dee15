"""Who gets users."""

from collections.abc import Callable

from locust import User
from locust.dispatch import UsersDispatcher
from locust.runners import WorkerNode


class ShareDispatcher(UsersDispatcher):
    """Locust's dispatcher, except that a worker without a share of the run gets no users.

    Locust would deal the users anew when a worker comes late, and this one has no sessions and calls of its own to
    give to them.
    """

    def __init__(
        self, takes_part: Callable[[str], bool], worker_nodes: list[WorkerNode], user_classes: list[type[User]]
    ) -> None:
        """`takes_part` says of a worker, by Locust's id, whether it has a share."""
        self._takes_part = takes_part
        super().__init__([node for node in worker_nodes if takes_part(node.id)], user_classes)

    def add_worker(self, worker_node: WorkerNode) -> None:
        """A worker has come, or has come back."""
        if self._takes_part(worker_node.id):
            super().add_worker(worker_node)

    def remove_worker(self, worker_node: WorkerNode) -> None:
        """A worker has gone."""
        if self._takes_part(worker_node.id):
            super().remove_worker(worker_node)
