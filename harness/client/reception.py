"""Receiving one answer: bytes and the instants at which they were read in, what they mean out. It never waits."""

import math
from collections.abc import Mapping
from functools import partial
from itertools import accumulate, islice
from typing import Any, Final

import orjson

from ..measure.timeline import FailureKind, Read, Reply
from .bodies import error_of, reply_of
from .hang_up import NEVER, HangUp
from .http import AnswerParser, media_type
from .sse import EventDecoder
from .timeouts import Timeouts
from .transcript import Transcript

BODY_LIMIT = 16 * 1024 * 1024
"""The most that is kept of a body that is not a stream, in bytes; a longer one is malformed."""

GATHERED = 32
"""How many reads of plain content are put by, to be taken in together."""

UNSEEN_READS = 4
"""So many reads of content without text that can be seen, and what comes is no text: the call of a tool."""

SETTLED_S = 1.0
"""How long the end of an answer is waited for once its content can change nothing more, in seconds."""


_read: Final = partial(tuple.__new__, Read)
"""A Read of the three that one has: its own constructor takes four times as long."""


class Reception:
    """What has arrived of one answer. Instants are seconds after the attempt began; the request was written at
    `written_s`.

    Most reads bring one more token in a chunk like those before it. What begins and ends as such a chunk does is not
    the end of the answer, so it is put by, and taken in together with others: that is much less work for each of them,
    since code and data are at hand.
    """

    def __init__(self, *, stream: bool, written_s: float, timeouts: Timeouts, hang_up: HangUp = NEVER) -> None:
        self.parser = AnswerParser()
        self.transcript = Transcript()
        self.headers_s: float | None = None
        self.first_event_s: float | None = None
        self.first_visible_s: float | None = None
        self.settled_s: float | None = None
        self.last_s: float | None = None
        self._stream = stream
        self._events = False
        self._timeouts = timeouts
        self._hang_up = hang_up
        self._hang_up_due = hang_up.after_s
        self._contents = 0
        self._first_token_due = written_s + timeouts.first_token_s
        self._decoder = EventDecoder()
        # A list a column: with an object a read, the garbage collector would go through all of them again and again.
        self._reads_at_s: list[float] = []
        self._reads_events: list[int] = []
        self._reads_end: list[int] = []
        self._put_by_at_s: list[float] = []
        self._put_by: list[bytes] = []
        self._plain: tuple[bytes, bytes] | None = None
        self._chunked = False
        self._bound_s = min(timeouts.total_s, hang_up.after_s)
        self._parts: list[bytes] = []
        self._size = 0

    @property
    def reads(self) -> tuple[Read, ...]:
        """The reads that brought content."""
        self.take_in()
        if not self._reads_at_s:
            return ()
        return tuple(map(_read, zip(self._reads_at_s, self._reads_events, self._reads_end, strict=True)))

    @property
    def has_begun(self) -> bool:
        """Whether the first text that can be seen is there, or so much that there is none to wait for."""
        return self.first_visible_s is not None or len(self._reads_at_s) >= UNSEEN_READS

    @property
    def over(self) -> bool:
        """Whether nothing more is to be read: the answer has ended, or is not HTTP, or is too long."""
        return self.parser.complete or self.parser.broken is not None or self._size > BODY_LIMIT

    def feed(self, data: bytes, at_s: float) -> float | None:
        """Take in what one read returned at that instant; everything in it carries this one stamp.

        Returns when more is due, None when the answer is over.
        """
        self.last_s = at_s
        if self._plain is not None:
            start = data.find(b"\n") + 1
            begin, end = self._plain
            if (
                data.find(b"\n", start) == len(data) - 4
                and data.startswith(begin, start)
                and data.endswith(end)
                and data.startswith(b"%x\r\n" % (len(data) - start - 2))
            ):
                self._put_by_at_s.append(at_s)
                self._put_by.append(data)
                if len(self._put_by) == GATHERED:
                    self.take_in()
                    return self._next()
                due_s = at_s + self._timeouts.idle_s
                return due_s if due_s < self._bound_s else self._bound_s
        self.take_in()
        self._feed(data, at_s)
        return self._next()

    def _next(self) -> float | None:
        """When more is due after what has been taken in, None when the answer is over."""
        self._plain = self._looks_plain()
        return None if self.over else self.due()[0]

    def _feed(self, data: bytes, at_s: float) -> None:
        body = self.parser.feed(data)
        if self.headers_s is None and self.parser.status is not None:
            self._headers(at_s)
        if body and self._events:
            self._stream_part(body, at_s)
        elif body:
            self._parts.append(body)
            self._size += len(body)

    def take_in(self) -> None:
        """Take in what was put by."""
        if not self._put_by:
            return
        put_by, self._put_by = self._put_by, []
        put_by_at_s, self._put_by_at_s = self._put_by_at_s, []
        lines = [data[data.find(b"\n") + 1 : -4] for data in put_by]
        contents = self.transcript.contents(lines)
        if contents is None:
            for data, at_s in zip(put_by, put_by_at_s, strict=True):
                self._feed(data, at_s)
            return
        body = self.parser.feed(b"".join(put_by))
        if body != b"\n\n".join([*lines, b""]):  # the chunks are not what they seemed
            self._stream_part(body, put_by_at_s[-1])
            return
        self._reads_at_s += put_by_at_s
        self._reads_events += [1] * len(put_by)
        self._reads_end += islice(accumulate(map(len, contents), initial=self.transcript.text_end), 1, None)
        self.transcript.say(contents)

    def end(self, at_s: float) -> None:
        """The connection has ended, which may be the end of the answer."""
        self.take_in()
        self.parser.end()
        if self.parser.complete:
            self.last_s = at_s

    def due(self) -> tuple[float, FailureKind]:
        """When waiting for more is a failure, or given up as planned: the earliest of the limits that hold now."""
        due_s = self._timeouts.total_s
        kind: FailureKind = "total_timeout"
        if self.settled_s is not None:
            return min(due_s, self.settled_s + SETTLED_S), "idle_timeout"
        if self.last_s is not None and self.last_s + self._timeouts.idle_s < due_s:
            due_s, kind = self.last_s + self._timeouts.idle_s, "idle_timeout"
        if self._stream and not self._reads_at_s and self._first_token_due < due_s:
            due_s, kind = self._first_token_due, "first_token_timeout"
        if self._hang_up_due < due_s:
            due_s, kind = self._hang_up_due, "abandoned"
        return due_s, kind

    def reply(self) -> Reply:
        """What an answer of status 200 said, as far as it came."""
        self.take_in()
        if self._size > BODY_LIMIT:
            return Reply(malformed="too_long")
        if self.parser.status != 200:
            return Reply()
        return self.transcript.reply() if self._stream else self._unstreamed()

    def refusal(self) -> bytes:
        """The body of an answer that was not 200."""
        return b"" if self.parser.status in (None, 200) else b"".join(self._parts)

    def _headers(self, at_s: float) -> None:
        self.headers_s = at_s
        if self.parser.status != 200 or not self._stream:
            return
        self._events = media_type(self.parser.headers) == "text/event-stream"
        self._chunked = "chunked" in self.parser.headers.get("transfer-encoding", "")
        if not self._events:
            self.transcript.malformed("content_type")

    def _stream_part(self, body: bytes, at_s: float) -> None:
        transcript = self.transcript
        if self._decoder.between and (content := transcript.told(body)):
            self._note(content, at_s)
            return
        events = self._decoder.feed(body)
        if not events:
            return
        if self.first_event_s is None:
            self.first_event_s = at_s
        content = 0
        for event in events:
            content += transcript.take(event)
        if content:
            self._note(content, at_s)
        if self.settled_s is None and transcript.settled:
            self.settled_s = at_s

    def _note(self, content: int, at_s: float) -> None:
        """A read brought so many events with content."""
        self._reads_at_s.append(at_s)
        self._reads_events.append(content)
        self._reads_end.append(self.transcript.text_end)
        self._contents += content
        if self._contents >= self._hang_up.after_events:
            self._hang_up_due = min(self._hang_up_due, at_s)
        if self.first_visible_s is None and self.transcript.visible:
            self.first_visible_s = at_s

    def _looks_plain(self) -> tuple[bytes, bytes] | None:
        """How the data line of a chunk begins, and how the chunk ends, that brings nothing but content of which only
        the instant matters now. None where all has to be looked at."""
        if not self._chunked or not self._decoder.between or self.first_visible_s is None:
            return None
        form = self.transcript.form
        if form is None:
            return None
        return None if self._hang_up.after_events < math.inf else (form.begin, form.end + b"\n\n\r\n")

    def _unstreamed(self) -> Reply:
        if media_type(self.parser.headers) != "application/json":
            return Reply(malformed="content_type")
        return reply_of(b"".join(self._parts)) if self.parser.complete else Reply()


def error_in(body: bytes) -> Mapping[str, Any] | None:
    """The error object in the body of a refusal, None where it is not one (an HTML page of a proxy)."""
    if not body:
        return None
    try:
        return error_of(orjson.loads(body))
    except orjson.JSONDecodeError:
        return None
