"""What a player plays: the bytes of an answer, each at its instant, and a place to note what happened."""

from typing import Literal, Protocol

End = Literal["whole", "cut", "reset"]
"""As it should; without the last chunk; the same, with a TCP reset."""

RawHeaders = list[tuple[bytes, bytes]]


class Trace(Protocol):
    """What happened to an answer, in monotonic seconds; None is what did not happen (yet)."""

    headers_at: float | None
    first_token_at: float | None
    last_token_at: float | None
    done_at: float | None
    hung_up_at: float | None
    sent_tokens: int


class Performance(Protocol):
    """An answer in time. Players call it; it never waits and never sends."""

    @property
    def end(self) -> End:
        """How its connection ends."""

    @property
    def first_due(self) -> float:
        """When the headers and the first bytes are due (monotonic seconds)."""

    def opened(self, at: float) -> None:
        """The headers were handed to the transport."""

    def perform(self, now: float) -> tuple[bytes, float | None]:
        """Everything due by `now` (perhaps nothing), and when to come back; None: that was all."""

    def sent(self, at: float) -> None:
        """What `perform` gave last was handed to the transport."""

    def hung_up(self, at: float) -> None:
        """The client left before the end."""
