"""Several choices of one answer in one stream, each at its own pace."""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heapreplace
from typing import Final, Protocol

import msgspec

from .performance import End, Trace
from .playback import MOST_TOKENS_AT_ONCE, StreamPlayback


@dataclass(slots=True)
class VoiceTrace:
    """What happened to one choice, in the form that a playback notes it."""

    headers_at: float | None = None
    first_token_at: float | None = None
    last_token_at: float | None = None
    done_at: float | None = None
    hung_up_at: float | None = None
    sent_tokens: int = 0


class Voice(msgspec.Struct, frozen=True):
    """One choice: its playback, and the trace that this one writes."""

    playback: StreamPlayback
    trace: VoiceTrace


class Closing(Protocol):
    """What follows the last choice."""

    @property
    def tail(self) -> bytes: ...


class EnsemblePlayback:
    """Frames of all voices in the order in which they are due, then the closing."""

    end: Final[End] = "whole"
    __slots__ = ("_closing", "_coming", "_ended", "_said", "_trace", "_voices", "first_due")

    def __init__(self, voices: Sequence[Voice], closing: Closing, trace: Trace) -> None:
        self._voices = voices
        self._closing = closing
        self._trace = trace
        self._coming = [(voice.playback.first_due, place) for place, voice in enumerate(voices)]
        heapify(self._coming)
        self._said: set[int] = set()
        self._ended = False
        self.first_due = self._coming[0][0]

    def opened(self, at: float) -> None:
        """Note when the headers left."""
        self._trace.headers_at = at

    def hung_up(self, at: float) -> None:
        """Note when the client left."""
        self._trace.hung_up_at = at

    def perform(self, now: float) -> tuple[bytes, float | None]:
        """The frames due by `now`, and when the next one is."""
        coming = self._coming
        frames: list[bytes] = []
        while coming and coming[0][0] <= now and len(frames) < MOST_TOKENS_AT_ONCE:
            due, place = coming[0]
            # As if each were played at its own instant: what is overdue is interleaved like what is not.
            data, following = self._voices[place].playback.perform(due)
            frames.append(data)
            self._said.add(place)
            if following is None:
                heappop(coming)
            else:
                heapreplace(coming, (following, place))
        if coming:
            return b"".join(frames), coming[0][0]
        self._ended = True
        return b"".join(frames) + self._closing.tail, None

    def sent(self, at: float) -> None:
        """Note when the tokens performed last left."""
        for place in self._said:
            self._voices[place].playback.sent(at)
        self._said.clear()
        trace, traces = self._trace, [voice.trace for voice in self._voices]
        trace.sent_tokens = sum(each.sent_tokens for each in traces)
        if any(each.last_token_at == at for each in traces):
            trace.last_token_at = at
        if trace.first_token_at is None and any(each.first_token_at is not None for each in traces):
            trace.first_token_at = at
        if self._ended:
            trace.done_at = at
