"""Server-sent events from bytes as they arrive: incremental, any line ending, cut anywhere.

The rules are those of the HTML standard, section 9.2.6: a line ends with LF, CRLF or CR, a blank line ends an event, an
event without data is none, and what the end of the stream leaves unfinished is dropped.
"""

from typing import NamedTuple

_BOM = b"\xef\xbb\xbf"


class Event(NamedTuple):
    """One event: its `event:` line ("" when there was none) and its data lines joined by LF."""

    data: bytes
    type: bytes = b""


class EventDecoder:
    """Bytes in, the events that they complete out. A byte is looked at a fixed number of times, however it is cut.

    `between` is True when nothing is left over from what came before: another event may begin.
    """

    __slots__ = ("_data", "_first_line", "_skip_lf", "_tail", "_type", "between")

    def __init__(self) -> None:
        self._tail: list[bytes] = []
        self._skip_lf = False
        self._first_line = True
        self._data: list[bytes] = []
        self._type = b""
        self.between = False

    def feed(self, chunk: bytes) -> list[Event]:
        """The events that are complete with `chunk`."""
        events = self._fed(chunk)
        self.between = not (self._tail or self._data or self._type or self._skip_lf or self._first_line)
        return events

    def _fed(self, chunk: bytes) -> list[Event]:
        if self._skip_lf and chunk:
            self._skip_lf = False
            if chunk.startswith(b"\n"):
                chunk = chunk[1:]
        if b"\n" not in chunk and b"\r" not in chunk:
            if chunk:
                self._tail.append(chunk)
            return []
        if self._tail:
            chunk = b"".join((*self._tail, chunk))
            self._tail.clear()
        lines = chunk.splitlines()
        if chunk.endswith(b"\r"):
            self._skip_lf = True
        elif not chunk.endswith(b"\n"):
            self._tail.append(lines.pop())
        return self._events(lines)

    def _events(self, lines: list[bytes]) -> list[Event]:
        if self._first_line:
            self._first_line = False
            lines[0] = lines[0].removeprefix(_BOM)
        events = []
        data = self._data
        for line in lines:
            if line.startswith(b"data: "):
                data.append(line[6:])
            elif not line:
                if data:
                    events.append(Event(data[0] if len(data) == 1 else b"\n".join(data), self._type))
                    data.clear()
                self._type = b""
            else:
                self._field(line)
        return events

    def _field(self, line: bytes) -> None:
        """A line other than the usual data line; comments and fields that we have no use for are passed over."""
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            self._data.append(value)
        elif name == b"event":
            self._type = value
