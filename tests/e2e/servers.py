"""Mock servers as processes."""

import json
import signal
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
ANYBODY = ssl.create_default_context()
ANYBODY.check_hostname = False
ANYBODY.verify_mode = ssl.CERT_NONE


@dataclass(frozen=True, slots=True)
class Mock:
    """A running mock server; entries of its journal up to number `since` do not count."""

    url: str
    since: int = 0

    def from_now(self) -> "Mock":
        """The same server with a journal that begins now."""
        return replace(self, since=self._told("state")["last_seq"])

    def journal(self) -> list[dict[str, Any]]:
        """What it knows of every chat completion it was asked for."""
        entries: list[dict[str, Any]] = self._told(f"requests?since={self.since}&limit=10000")["requests"]
        return [entry for entry in entries if entry["route"] == "/v1/chat/completions"]

    def _told(self, what: str) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.url}/_mock/{what}", context=ANYBODY) as answer:
            told: dict[str, Any] = json.load(answer)
        return told


@contextmanager
def serving(*flags: str) -> Iterator[Mock]:
    """A mock server with these flags."""
    server = subprocess.Popen(
        [sys.executable, "-m", "mockserver", "serve", "--port", "0", *flags],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
    )
    with server:
        try:
            assert server.stdout is not None
            line = server.stdout.readline()
            yield Mock(next(word.rstrip(".,;") for word in line.split() if word.startswith(("http://", "https://"))))
        finally:
            server.send_signal(signal.SIGTERM)
