"""TLS over a socket of our own: memory buffers instead of a wrapped socket, so that every read of the wire can be
stamped, and so that it works whether or not gevent has patched `ssl`."""

import ssl

from .wire import Take, Wire

_RECORDS = 64 * 1024


class TlsWire:
    """The plain text of a wire that speaks TLS."""

    def __init__(self, wire: Wire, context: ssl.SSLContext, host: str) -> None:
        self._wire = wire
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._session = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)

    def handshake(self, timeout_s: float) -> None:
        """Agree on keys and check the server's certificate. Raises ssl.SSLError when that fails."""
        while True:
            try:
                self._session.do_handshake()
                self._flush(timeout_s)
                return
            except ssl.SSLWantReadError:
                self._flush(timeout_s)
                if not self._pull(timeout_s):
                    raise ssl.SSLEOFError("the server closed the connection during the handshake") from None

    def send(self, data: bytes, timeout_s: float) -> None:
        """Send all of it, encrypted."""
        self._session.write(data)
        self._flush(timeout_s)

    def receive(self, timeout_s: float) -> bytes:
        """What the records of one read hold; reads that bring none (session tickets) are passed over."""
        while self._pull(timeout_s):
            text = self._decrypted()
            if text is not None:
                return text
        return b""

    def follow(self, take: Take, due_s: float) -> None:
        """Hand the text of every read to `take`, which carries the stamp of the record that completed it."""
        due: float | None = due_s

        def decrypt(records: bytes, read_s: float, came_s: float | None) -> float | None:
            nonlocal due
            self._incoming.write(records)
            text = self._decrypted() if records else b""
            if text is not None:
                due = take(text, read_s, came_s)
            return due

        self._wire.follow(decrypt, due_s)

    def hurry(self, is_urgent: bool) -> None:
        """Whether what comes next is to be read out of turn."""
        self._wire.hurry(is_urgent)

    def quiet(self) -> bool:
        """Whether nothing but records without text (session tickets) has come since the last answer."""
        try:
            self.receive(0)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    def close(self) -> None:
        """Close the connection without a farewell."""
        self._wire.close()

    def _decrypted(self) -> bytes | None:
        """The text of the records that are whole: None when there is none yet, empty after the peer's farewell."""
        parts: list[bytes] = []
        while True:
            try:
                part = self._session.read(_RECORDS)
            except ssl.SSLWantReadError:
                return b"".join(parts) if parts else None
            except ssl.SSLZeroReturnError:
                part = b""
            if not part:
                return b"".join(parts)
            parts.append(part)

    def _pull(self, timeout_s: float) -> bool:
        records = self._wire.receive(timeout_s)
        if not records:
            return False
        self._incoming.write(records)
        return True

    def _flush(self, timeout_s: float) -> None:
        if self._outgoing.pending:
            self._wire.send(self._outgoing.read(), timeout_s)
