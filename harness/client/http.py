"""HTTP/1.1: the bytes of a request, and an answer parsed as it arrives."""

from collections.abc import Iterable, Mapping

import httptools

from .headers import Header, header_value


class RequestForm:
    """Requests to one path, of which only the body and the request id change: the rest is written once.

    `path` is what stands in the request line. Raises ValueError for an id that a header cannot carry.
    """

    def __init__(self, authority: str, path: str, headers: Iterable[Header]) -> None:
        lines = [f"POST {path} HTTP/1.1", f"Host: {authority}", *(f"{name}: {value}" for name, value in headers)]
        lines.append("Content-Type: application/json")
        self._head = "\r\n".join([*lines, ""]).encode("ascii")

    def request(self, body: bytes, *, request_id: str, stream: bool) -> bytes:
        """The whole request. No compression is asked for: it would gather events before they are sent."""
        accept = "text/event-stream" if stream else "application/json"
        rest = (
            f"Accept: {accept}\r\n"
            f"X-Client-Request-Id: {header_value(request_id, 'the request id')}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return self._head + rest.encode("ascii") + body


class AnswerParser:
    """One answer, fed as it arrives. `broken` says what is wrong with bytes that are not HTTP.

    `surplus` is true when something came after the end of the answer: such a connection is not used again.
    """

    def __init__(self) -> None:
        self.status: int | None = None
        self.headers: dict[str, str] = {}
        self.complete = False
        self.surplus = False
        self.broken: str | None = None
        self._body: list[bytes] = []
        self._keep_alive = False
        self._parser = httptools.HttpResponseParser(self)

    def feed(self, data: bytes) -> bytes:
        """Take in what one read returned; the part of the body in it, also where nonsense follows."""
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            if not self.complete:  # what follows a whole answer has already been noted as surplus
                self.broken = str(error) or type(error).__name__
        body, self._body = self._body, []
        return body[0] if len(body) == 1 else b"".join(body)

    def end(self) -> None:
        """The connection has ended: that completes an answer that states no length of its own."""
        if self.status is not None and not self.headers.keys() & {"content-length", "transfer-encoding"}:
            self.complete = True

    @property
    def reusable(self) -> bool:
        """Whether the connection may carry another request."""
        return self.complete and self._keep_alive and not self.surplus

    def on_message_begin(self) -> None:
        """Called by httptools."""
        self.surplus = self.complete

    def on_header(self, name: bytes, value: bytes) -> None:
        """Called by httptools; repeated headers are joined by commas."""
        if self.complete:
            return
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        self.headers[key] = f"{self.headers[key]}, {text}" if key in self.headers else text

    def on_headers_complete(self) -> None:
        """Called by httptools; a 1xx answer is only a herald of the real one."""
        if self.complete:
            return
        status = self._parser.get_status_code()
        if status < 200:
            self.headers.clear()
        else:
            self.status = status

    def on_body(self, body: bytes) -> None:
        """Called by httptools for each stretch of body bytes."""
        if not self.complete:
            self._body.append(body)

    def on_message_complete(self) -> None:
        """Called by httptools."""
        if self.status is not None and not self.complete:
            self.complete = True
            self._keep_alive = self._parser.should_keep_alive()


def media_type(headers: Mapping[str, str]) -> str:
    """The content type without its parameters, "" where none is stated."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()
