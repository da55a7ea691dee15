"""Whose certificates are believed."""

import ssl
from pathlib import Path


def client_context(ca_file: Path | None = None) -> ssl.SSLContext:
    """A context that verifies servers, by the system's authorities or by those in `ca_file`.

    Raises OSError (ssl.SSLError is one) when the file cannot be used.
    """
    return ssl.create_default_context(cafile=None if ca_file is None else str(ca_file))
