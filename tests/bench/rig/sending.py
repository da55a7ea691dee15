"""The least that an event can cost in Python: one `send` on a connection to this machine, read on another core."""

import multiprocessing
import os
import select
import socket
import time
from collections.abc import Sequence
from contextlib import ExitStack
from itertools import cycle, islice
from typing import Final

EVENT: Final = b"x" * 280
_SENDS: Final = 50_000
_BUFFER_BYTES: Final = 1 << 16
_AT_ONCE: Final = 256


def us_per_send(core: int, reader_core: int, connections: int = 1) -> float:
    """CPU microseconds of sending 280 bytes, to each of so many connections in turn.

    The reader never sleeps, as the raw client does not.
    """
    with ExitStack() as open_ones:
        listening = open_ones.enter_context(socket.create_server(("127.0.0.1", 0)))
        ours, theirs = [], []
        for _ in range(connections):
            theirs.append(open_ones.enter_context(socket.create_connection(listening.getsockname())))
            ours.append(open_ones.enter_context(listening.accept()[0]))
            ours[-1].setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        reader = multiprocessing.get_context("fork").Process(target=_drain, args=(theirs, ours, reader_core))
        reader.start()
        for one in theirs:
            one.close()
        before = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {core})
        begin_s = time.process_time()
        for one in islice(cycle(ours), _SENDS):
            one.send(EVENT)
        took_s = time.process_time() - begin_s
        os.sched_setaffinity(0, before)
    reader.join()
    return took_s / _SENDS * 1e6


def _drain(theirs: Sequence[socket.socket], ours: Sequence[socket.socket], core: int) -> None:
    """Read until the other ends are closed, which they are only once this process has let go of them as well."""
    for one in ours:
        one.close()
    os.sched_setaffinity(0, {core})
    poll, open_ones = select.epoll(), {one.fileno(): one for one in theirs}
    for fd, one in open_ones.items():
        one.setblocking(False)
        poll.register(fd, select.EPOLLIN)
    buffer = bytearray(_BUFFER_BYTES)
    while open_ones:
        for fd, _ in poll.poll(0, _AT_ONCE):
            if not open_ones[fd].recv_into(buffer):
                poll.unregister(fd)
                open_ones.pop(fd).close()
