"""TLS on real sockets, with an authority made for the test by the openssl program."""

import contextlib
import shutil
import socket
import ssl
import threading
from contextlib import closing
from pathlib import Path

import pytest

from harness.client.chat import ChatClient
from harness.client.endpoint import Endpoint
from harness.client.target import Target
from harness.client.timeouts import Timeouts
from harness.client.tls import TlsWire
from harness.client.trust import client_context
from harness.client.wire import Desk, Take
from harness.measure.outcome import Judged, judge
from harness.measure.timeline import Timeline
from tests.authority import Authority, make_authority
from tests.harness.client.scripted import BODY, WHOLE, Peer, ScriptedServer, Step, says, then

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="the openssl program is not installed")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """A self-signed certificate for 127.0.0.1."""
    return make_authority(tmp_path_factory.mktemp("tls"), "IP:127.0.0.1")


@pytest.fixture
def ca_file(made: Authority) -> Path:
    """Whom clients believe."""
    return made.certificate


@pytest.fixture
def speaking(made: Authority) -> ssl.SSLContext:
    """The server's side."""
    return made.serving()


def ask(server: ScriptedServer, ca_file: Path | None, times: int = 1, host: str = "127.0.0.1") -> list[Timeline]:
    target = Target.parse(f"https://{host}:{server.port}")
    context = client_context(ca_file)
    with closing(Desk()) as desk:
        client = ChatClient(Endpoint(target=target), desk=desk, timeouts=Timeouts(idle_s=5), context=context)
        try:
            return [client.send(BODY, request_id=f"c.{n}") for n in range(times)]
        finally:
            client.close()


def test_a_stream_over_tls_is_measured_like_any_other(speaking: ssl.SSLContext, ca_file: Path) -> None:
    with ScriptedServer([[says(*WHOLE)] * 2], speaking) as server:
        first, second = ask(server, ca_file, times=2)
    assert [judge(first), judge(second)] == [Judged("complete")] * 2
    assert (first.text, sum(read.events for read in first.reads)) == ("Hello", 2)
    assert (first.link.tls_s is None, second.link.tls_s, second.link.reused) == (False, None, True)


def test_records_of_many_reads_come_through_whole(speaking: ssl.SSLContext, ca_file: Path) -> None:
    filler = b": %s\n\n" % (b"x" * 300_000)
    framed = b"%x\r\n%s\r\n" % (len(filler), filler)
    with ScriptedServer([[says(WHOLE[0], framed, *WHOLE[1:])]], speaking) as server:
        assert judge(ask(server, ca_file)[0]) == Judged("complete")


def test_a_server_that_nobody_vouches_for_is_not_spoken_to(speaking: ssl.SSLContext) -> None:
    with ScriptedServer([[says(*WHOLE)]], speaking) as server:
        seen = ask(server, None)[0]
    assert judge(seen) == Judged("connect_error", "tls")
    assert seen.failure is not None
    assert "certificate verify failed" in seen.failure.why
    assert server.requests == []


def test_a_certificate_for_another_name_is_not_accepted(speaking: ssl.SSLContext, ca_file: Path) -> None:
    with ScriptedServer([[says(*WHOLE)]], speaking) as server:
        assert judge(ask(server, ca_file, host="localhost")[0]) == Judged("connect_error", "tls")


def test_a_server_that_speaks_no_tls_is_told_apart(ca_file: Path, desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        greeter = threading.Thread(target=greet, args=(listener,))
        greeter.start()
        target = Target.parse(f"https://127.0.0.1:{listener.getsockname()[1]}")
        client = ChatClient(Endpoint(target=target), desk=desk, context=client_context(ca_file))
        seen = client.send(BODY, request_id="c.1")
        greeter.join()
    assert judge(seen) == Judged("connect_error", "tls")


def greet(listener: socket.socket) -> None:
    """Answer the first bytes of a connection in plain HTTP."""
    peer, _ = listener.accept()
    with peer:
        peer.recv(65536)
        peer.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        peer.recv(65536)


@pytest.mark.parametrize("end", [Peer.close, then(Peer.heard, Peer.reset)])
def test_an_answer_cut_under_tls_is_disconnected(speaking: ssl.SSLContext, ca_file: Path, end: Step) -> None:
    with ScriptedServer([[then(says(*WHOLE[:2]), end)]], speaking) as server:
        assert judge(ask(server, ca_file)[0]).outcome == "disconnected"


class InnerServer:
    """A TLS server in memory, at the other end of a wire that hands over what it says a flight at a time."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.session = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self.flights: list[bytes] = []

    def send(self, data: bytes, timeout_s: float) -> None:
        """Take in what the client sends, and go on with the handshake."""
        self._incoming.write(data)
        with contextlib.suppress(ssl.SSLWantReadError):
            self.session.do_handshake()
        self.flush()

    def flush(self) -> None:
        """Put what the server has to say into a flight of its own."""
        if self._outgoing.pending:
            self.flights.append(self._outgoing.read())

    def receive(self, timeout_s: float) -> bytes:
        """The next flight."""
        return self.flights.pop(0) if self.flights else b""

    def follow(self, take: Take, due_s: float) -> None:
        """All flights, the end behind them."""
        for number, flight in enumerate([*self.flights, b""]):
            if take(flight, 10.0 + number, 5.0 + number) is None:
                return

    def hurry(self, is_urgent: bool) -> None:
        """Remembered."""
        self.is_urgent = is_urgent

    def quiet(self) -> bool:
        """Nobody asks."""
        return True

    def close(self) -> None:
        """Nothing to close."""


@pytest.fixture
def inner(speaking: ssl.SSLContext, ca_file: Path) -> tuple[InnerServer, TlsWire]:
    """A server in memory and a client's wire to it that have agreed on keys."""
    server = InnerServer(speaking)
    wire = TlsWire(server, client_context(ca_file), "127.0.0.1")
    wire.handshake(1)
    return server, wire


def test_what_is_urgent_is_urgent_below_too(inner: tuple[InnerServer, TlsWire]) -> None:
    server, wire = inner
    for is_urgent in (True, False):
        wire.hurry(is_urgent)
        assert server.is_urgent is is_urgent


def test_session_tickets_are_not_taken_for_the_end_of_the_stream(inner: tuple[InnerServer, TlsWire]) -> None:
    server, wire = inner
    assert len(server.flights) == 1, "the tickets"
    server.session.write(b"hello")
    server.flush()
    assert wire.receive(1) == b"hello"


def test_half_a_record_is_waited_for(inner: tuple[InnerServer, TlsWire]) -> None:
    server, wire = inner
    server.session.write(b"hello")
    server.flush()
    record = server.flights.pop()
    server.flights += [record[:7], record[7:]]
    assert wire.receive(1) == b"hello"


def test_a_farewell_is_the_end_of_the_stream_behind_what_came_with_it(inner: tuple[InnerServer, TlsWire]) -> None:
    server, wire = inner
    server.session.write(b"hello")
    with contextlib.suppress(ssl.SSLWantReadError):
        server.session.unwrap()
    server.flush()
    assert wire.receive(1) == b"hello"
    assert wire.receive(1) == b""


def test_followed_text_has_the_stamp_of_the_record_that_completed_it(inner: tuple[InnerServer, TlsWire]) -> None:
    server, wire = inner
    server.session.write(b"hello")
    server.flush()
    record = server.flights.pop()
    server.flights += [record[:7], record[7:]]  # behind the tickets
    taken: list[tuple[bytes, float, float | None]] = []

    def take(text: bytes | memoryview, read_s: float, came_s: float | None) -> float | None:
        taken.append((bytes(text), read_s, came_s))
        return None if not text else 100.0

    wire.follow(take, 100.0)
    assert taken == [(b"hello", 12.0, 7.0), (b"", 13.0, 8.0)]


def test_a_file_without_authorities_is_refused(tmp_path: Path) -> None:
    empty = tmp_path / "ca.pem"
    empty.write_text("nothing")
    with pytest.raises(ssl.SSLError):
        client_context(empty)
