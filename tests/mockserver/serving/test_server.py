import contextlib
import signal
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockserver.serving import CannotServeError, Server, Tls
from tests.mockserver.live import live
from tests.mockserver.player.stubs import Beats, stage
from tests.mockserver.raw import ask, connected, fetch, parsed, read_all

CERTIFICATE = Path(__file__).with_name("localhost.pem")
KEY = Path(__file__).with_name("localhost.key")
PATIENCE_S = 20

PROGRAM = """
import gc, resource, sys
from mockserver.serving import serve
from tests.mockserver.player.stubs import Beats, stage

def say(url):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    print(url, soft == hard, gc.get_freeze_count() > 0, flush=True)

resource.setrlimit(resource.RLIMIT_NOFILE, (100, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
serve(stage(Beats(2, 3600.0), Beats(3, 0.4)), port=0, grace_s=float(sys.argv[1]), on_listening=say)
print("served", flush=True)
"""


@contextlib.contextmanager
def program(grace_s: float = 1.0) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A process that serves, and what it said when it listened."""
    command = [sys.executable, "-c", PROGRAM, str(grace_s)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline()
        finally:
            process.kill()


def test_a_free_port_is_known_before_anything_is_served() -> None:
    with live(stage(Beats(1, 1.0))) as server:
        assert server.url.startswith("http://127.0.0.1:")
        assert not server.url.endswith(":0")
        assert fetch(server.url, ask("/0")).body == b"data: beat\n\n"


def test_connections_are_accepted_when_the_server_says_so() -> None:
    answers: list[bytes] = []
    stopped = threading.Event()

    def ask_at_once(url: str) -> None:
        def exchange() -> None:
            answers.append(fetch(url, ask("/0")).body)
            server.stop()
            stopped.set()

        threading.Thread(target=exchange).start()

    server = Server(stage(Beats(1, 1.0)), on_listening=ask_at_once)
    server.run()
    assert stopped.wait(PATIENCE_S)
    assert answers == [b"data: beat\n\n"]


def test_a_port_in_use_is_one_clear_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotServeError) as refused:
            Server(stage(), "127.0.0.1", port)
    assert (
        str(refused.value) == f"cannot listen on 127.0.0.1:{port}: address already in use; --port 0 takes a free port"
    )


def test_an_unknown_host_is_one_clear_line() -> None:
    with pytest.raises(CannotServeError, match=r"^cannot listen on no\.such\.host\.invalid: .*--host 127\.0\.0\.1"):
        Server(stage(), "no.such.host.invalid", 0)


def test_a_certificate_makes_it_https() -> None:
    context = ssl.create_default_context(cafile=CERTIFICATE)
    beats = Beats(50, 0.001)
    with live(stage(beats), tls=Tls(CERTIFICATE, KEY)) as server:
        assert server.url.startswith("https://")
        answer = fetch(server.url, ask("/0"), context)
    assert answer.body == beats.beat * 50


def test_a_client_that_hangs_up_under_tls_is_forgotten() -> None:
    context = ssl.create_default_context(cafile=CERTIFICATE)
    beats = Beats(2, 3600.0)
    with live(stage(beats), tls=Tls(CERTIFICATE, KEY)) as server, connected(server.url, context) as connection:
        connection.sendall(ask("/0"))
        assert connection.recv(1 << 16)
        connection.close()
        assert beats.left.wait(PATIENCE_S)


@pytest.mark.parametrize(
    ("tls", "named"),
    [
        (Tls(Path("missing.pem"), KEY), r"missing\.pem.*No such file"),
        (Tls(CERTIFICATE), r"localhost\.pem"),
        (Tls(Path(__file__)), r"test_server\.py"),
    ],
)
def test_a_bad_certificate_is_one_clear_line(tls: Tls, named: str) -> None:
    with pytest.raises(CannotServeError, match=rf"^cannot use the certificate .*{named}.*$"):
        Server(stage(), tls=tls)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_process_cleanly_though_a_stream_is_open(number: signal.Signals) -> None:
    with program() as (process, said):
        url, *rest = said.split()
        assert rest == ["True", "True"], "file limit raised, objects frozen"
        with connected(url) as connection:
            connection.sendall(ask("/0"))
            assert connection.recv(1 << 16)
            process.send_signal(number)
            out, err = process.communicate(timeout=PATIENCE_S)
            assert not read_all(connection).endswith(b"0\r\n\r\n")
    assert (process.returncode, out, err) == (0, "served\n", "")


def test_a_stream_that_ends_within_the_grace_time_is_not_cut() -> None:
    with program() as (process, said):
        with connected(said.split()[0]) as connection:
            connection.sendall(ask("/1"))
            begin = connection.recv(1 << 16)
            process.send_signal(signal.SIGTERM)
            answer = parsed(begin + read_all(connection))
        _, err = process.communicate(timeout=PATIENCE_S)
    assert answer.body == b"data: beat\n\n" * 3
    assert (process.returncode, err) == (0, "")


def test_a_second_signal_does_not_wait_for_open_streams() -> None:
    with program(grace_s=3600) as (process, said):
        url = said.split()[0]
        with connected(url) as streaming, connected(url) as idle:
            streaming.sendall(ask("/0"))
            assert streaming.recv(1 << 16)
            process.send_signal(signal.SIGTERM)
            assert read_all(idle) == b"", "closed by the first signal"
            process.send_signal(signal.SIGTERM)
            _, err = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, err) == (0, "")


def test_an_idle_connection_is_kept_while_users_think() -> None:
    with live(stage()) as server:
        assert server.config.timeout_keep_alive == 120
