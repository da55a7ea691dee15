"""Breaking a connection off, in the two ways that clients tell apart."""

import asyncio
import socket
import struct
from typing import Final, Literal

from starlette.types import Receive

from .handover import Handover

_AT_ONCE: Final = struct.pack("ii", 1, 0)
"""SO_LINGER: on, for no time at all. The close is a reset then."""


class BrokenOffError(Exception):
    """Where a server lends no transport, an exception is all that ends an answer too early."""


async def break_off(handover: Handover | None, receive: Receive, end: Literal["cut", "reset"]) -> None:
    """Close a request's connection now. What was handed to the transport before has left, if the reader kept up.

    Raises BrokenOffError where the server lends no transport.
    """
    if handover is None:
        raise BrokenOffError
    await asyncio.sleep(0)  # uvloop writes at the end of a round of its loop what was written in it
    transport = handover.transport
    if end == "reset":
        connection: socket.socket | None = transport.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
    transport.abort()
    # An answer without an end is nothing to complain about, once the client is known to have gone.
    while (await receive())["type"] != "http.disconnect":
        pass
