"""A streamed reply as a performance: which frames are due, and the note of what was sent when."""

from array import array
from typing import Final, Protocol

from .performance import End, Trace

MOST_TOKENS_AT_ONCE: Final = 256


class Frames(Protocol):
    """The frames of one stream, rendered when they are due."""

    @property
    def role(self) -> bytes: ...

    @property
    def tail(self) -> bytes: ...

    def content(self, piece: str) -> bytes: ...


class Text(Protocol):
    """A reply: its text, and where in it each token ends."""

    @property
    def text(self) -> str: ...

    @property
    def ends(self) -> "array[int]": ...


class Timing(Protocol):
    """When the first byte and each token are due, in real seconds after t0."""

    @property
    def first_byte_s(self) -> float: ...

    @property
    def token_s(self) -> "array[float]": ...


class StreamPlayback:
    """A reply's role frame at its first byte, each token's frame at its time, the tail right behind the last token.

    A token that ends inside a character has no text and no frame of its own: its character comes with the token that
    completes it. What is overdue goes out together, at most `MOST_TOKENS_AT_ONCE` tokens a time, so that a reader
    who comes back to a long reply does not hold up the others.
    """

    end: Final[End] = "whole"
    __slots__ = (
        "_begun",
        "_due",
        "_end",
        "_ended",
        "_ends",
        "_frames",
        "_said",
        "_t0",
        "_text",
        "_token_s",
        "_total",
        "_trace",
        "first_due",
    )

    def __init__(self, t0: float, frames: Frames, reply: Text, cadence: Timing, trace: Trace) -> None:
        self.first_due = t0 + cadence.first_byte_s
        self._t0 = t0
        self._frames = frames
        self._text = reply.text
        self._ends = reply.ends
        self._end = 0
        self._token_s = cadence.token_s
        self._total = len(reply.ends)
        self._trace = trace
        self._begun = False
        self._ended = False
        self._said = 0
        self._due = self.first_due

    def opened(self, at: float) -> None:
        """Note when the headers left."""
        self._trace.headers_at = at

    def hung_up(self, at: float) -> None:
        """Note when the client left."""
        self._trace.hung_up_at = at

    def perform(self, now: float) -> tuple[bytes, float | None]:
        """The frames due by `now`, and when the next one is."""
        said = self._said
        following = said + 1
        if said > 0 and following < self._total and self._due <= now:
            due = self._t0 + self._token_s[following]
            if now < due:  # by far the most frequent case: one token, neither the first nor the last
                start = self._end
                self._said = following
                self._due = due
                self._end = end = self._ends[said]
                return (self._frames.content(self._text[start:end]) if end > start else b""), due
        return self._catch_up(now)

    def _catch_up(self, now: float) -> tuple[bytes, float | None]:
        if now < self._due:
            return b"", self._due
        frames = [] if self._begun else [self._frames.role]
        self._begun = True
        self._say(now, frames)
        if self._said == self._total:
            frames.append(self._frames.tail)
            self._ended = True
            return b"".join(frames), None
        self._due = self._t0 + self._token_s[self._said]
        return b"".join(frames), self._due

    def _say(self, now: float, frames: list[bytes]) -> None:
        said, start = self._said, self._end
        most = min(self._total, said + MOST_TOKENS_AT_ONCE)
        while said < most and self._t0 + self._token_s[said] <= now:
            end = self._ends[said]
            if end > start:
                frames.append(self._frames.content(self._text[start:end]))
            said, start = said + 1, end
        self._said, self._end = said, start

    def sent(self, at: float) -> None:
        """Note when the tokens performed last left."""
        trace = self._trace
        said = self._said
        if said > trace.sent_tokens:
            trace.sent_tokens = said
            trace.last_token_at = at
            if trace.first_token_at is None and self._end:
                trace.first_token_at = at
        if self._ended:
            trace.done_at = at
