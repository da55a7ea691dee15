"""The extension point: what a fault is.

A fault is a frozen table whose fields are its keys in a faults profile, in a file of its own. To add one, start from
`none.py`, give it fields as `stall.py` has, and enter it in `kinds.py`.
"""

from collections.abc import Callable
from typing import Annotated, ClassVar, Literal, NamedTuple, Protocol

from pydantic import Field

from profiles.schema.reading import Envelope

from ..answer import Answer, Outcome
from ..reply.endings import Ending

Layer = Literal["edge", "limiter", "application"]
"""Where a fault strikes: at the proxy in front, before keys are looked at; in place of the limiter; in the application,
behind both."""

Compose = Callable[[Ending | None], Answer]
"""Makes the healthy answer, or one with another ending. It is only called when it is needed."""

Milliseconds = Annotated[float, Field(ge=0)]
Tokens = Annotated[int, Field(ge=0)]


class Asked(NamedTuple):
    """What a fault may quote: the request's id, the model's limits pool, and whose limits they are."""

    request_id: str
    model: str = ""
    whose: str = ""


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

    @property
    def replaces(self) -> bool:
        """Whether something comes instead of an answer."""
        ...

    def edit(self, compose: Compose, asked: Asked) -> Outcome:
        """The answer with the fault in it, or what comes instead of an answer."""
        ...


class Table(Envelope):
    """A fault with fields, whose name never changes, that changes an answer."""

    kind: ClassVar[str]
    layer: ClassVar[Layer] = "application"
    replaces: ClassVar[bool] = False

    def edit(self, compose: Compose, asked: Asked) -> Outcome:
        """See `Fault`."""
        raise NotImplementedError


class Placed(Table):
    """A fault at a place in an answer: behind so many tokens, or behind a part of them (half, if nothing is said)."""

    after_tokens: Tokens | None = None
    after: Annotated[float, Field(ge=0, le=1)] = 0.5

    def place(self, answer: Answer) -> int:
        """How many tokens come before it."""
        if self.after_tokens is None:
            return int(answer.tokens * self.after)
        return min(self.after_tokens, answer.tokens)
