"""Certificates for tests, made by the openssl program."""

import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Authority:
    """A self-signed certificate, which is its own authority, and its key."""

    certificate: Path
    key: Path

    def serving(self) -> ssl.SSLContext:
        """The server's side."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context


def make_authority(folder: Path, name: str) -> Authority:
    """A certificate for a name such as `IP:127.0.0.1` or `DNS:api.invalid`, with its files in `folder`."""
    made = Authority(folder / "cert.pem", folder / "key.pem")
    certificate = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=test"
    files = ["-keyout", str(made.key), "-out", str(made.certificate)]
    command = [*certificate.split(), "-addext", f"subjectAltName={name}", *files]
    subprocess.run(command, check=True, capture_output=True)
    return made
