"""What can be known of sockets before any load."""

import socket
from typing import Final

from ..client.endpoint import Endpoint
from .crew import Address
from .settings import SettingError

CONNECT_LIMIT_S: Final = 10.0


class NoServerError(Exception):
    """Nothing can be connected to at the target; the message is one line."""


def check_answering(endpoint: Endpoint) -> None:
    """Connect once and hang up: a wrong port is better known now than after the run."""
    hop = endpoint.hop
    try:
        socket.create_connection((hop.host, hop.port), CONNECT_LIMIT_S).close()
    except OSError as error:
        hint = "; start a mock with: mockserver serve" if hop.is_loopback and endpoint.proxy is None else ""
        whom = f"{hop}" if endpoint.proxy is None else f"the proxy {hop} that leads to {endpoint.target}"
        raise NoServerError(f"--host: nothing answers at {whom} ({error.strerror or error}){hint}") from None


def check_free(address: Address, flag: str) -> None:
    """Listen once and stop. Raises SettingError where nobody can listen, somebody else does for example."""
    try:
        socket.create_server(("" if address.host == "*" else address.host, address.port)).close()
    except OSError as error:
        raise SettingError(
            flag, f"cannot listen at {address} ({error.strerror or error}); name another address"
        ) from None


def check_known(address: Address, flag: str) -> None:
    """Look a name up. Raises SettingError when nobody knows it."""
    try:
        socket.getaddrinfo(address.host, address.port)
    except OSError as error:
        raise SettingError(flag, f"{address.host} is not known ({error.strerror}); name the master's machine") from None
