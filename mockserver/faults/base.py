"""The extension point: what a fault is.

A fault is a frozen table whose fields are its keys in a faults profile, in a file of its own. To add one, start from
`none.py`, give it fields as `status.py` has, and enter it in `rules.KINDS`.
"""

from collections.abc import Callable
from typing import Literal, Protocol, TypeVar

from ..wire.errors import Refusal

Layer = Literal["edge", "application"]
"""Where a fault strikes: at the proxy in front, before keys and limits are looked at, or in the application."""

Answer = TypeVar("Answer")


class Fault(Protocol):
    """Something that may happen to an answer."""

    @property
    def kind(self) -> str:
        """What the journal calls it."""
        ...

    @property
    def layer(self) -> Layer:
        """Where it strikes."""
        ...

    def edit(self, compose: Callable[[], Answer], request_id: str) -> Answer | Refusal:
        """The answer with the fault in it; `compose` makes the healthy one, and is only called when it is needed."""
        ...
