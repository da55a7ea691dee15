"""The least that an event can cost in Python: one `send` on a connection to this machine, read on another core."""

import multiprocessing
import os
import socket
import time
from typing import Final

EVENT: Final = b"x" * 280
_SENDS: Final = 50_000
_BUFFER_BYTES: Final = 1 << 16


def us_per_send(core: int, reader_core: int) -> float:
    """CPU microseconds of sending 280 bytes; the reader never sleeps, as the raw client does not."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        theirs = socket.create_connection(listening.getsockname())
        ours, _ = listening.accept()
    reader = multiprocessing.get_context("fork").Process(target=_drain, args=(theirs, ours, reader_core))
    reader.start()
    theirs.close()
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    with ours:
        ours.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        begin_s = time.process_time()
        for _ in range(_SENDS):
            ours.send(EVENT)
        took_s = time.process_time() - begin_s
    os.sched_setaffinity(0, before)
    reader.join()
    return took_s / _SENDS * 1e6


def _drain(theirs: socket.socket, ours: socket.socket, core: int) -> None:
    """Read until the other end is closed, which it is only once this process has let go of it as well."""
    ours.close()
    os.sched_setaffinity(0, {core})
    theirs.setblocking(False)
    buffer = bytearray(_BUFFER_BYTES)
    while True:
        try:
            if not theirs.recv_into(buffer):
                return
        except BlockingIOError:
            pass
