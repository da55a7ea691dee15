"""Ports that are nobody else's, whatever runs beside."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def held_port() -> Iterator[int]:
    """A port of this machine on which nobody listens, but whoever is told of it can: it is never given to others.

    It is bound with SO_REUSEADDR and does not listen, which leaves it to servers that set the same option.
    """
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        yield int(held.getsockname()[1])
