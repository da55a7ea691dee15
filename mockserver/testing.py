"""A mock server for the tests of an application, in a process of its own; steered through /_mock."""

import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

_PATIENCE_S: Final = 30


class Mock:
    """A running mock server. Faults that it is told wait for the next requests, the first come first."""

    def __init__(self, url: str) -> None:
        self.url = url

    @property
    def base_url(self) -> str:
        """What clients call the base URL."""
        return f"{self.url}/v1"

    def fault(self, kind: str, *, times: int = 1, match: Mapping[str, Any] | None = None, **fields: Any) -> None:
        """Have a fault strike the next `times` requests, of those that `match` is about (docs/faults.md)."""
        about = {} if match is None else {"match": match}
        self._ask("POST", "faults", {"fault": kind, "times": times, **about, **fields})

    def fail(self, status: int, *, times: int = 1) -> None:
        """Answer the next requests with an HTTP error."""
        self.fault("status", times=times, status=status)

    def rate_limit(self, *, wait_ms: int = 1_000, times: int = 1) -> None:
        """Answer the next requests with 429 and this wait."""
        self.fault("rate_limit", times=times, wait_ms=wait_ms)

    def truncate(self, *, after_tokens: int, times: int = 1) -> None:
        """End the next answers cleanly after so many tokens, without finish reason."""
        self.fault("truncate", times=times, after_tokens=after_tokens)

    def change(self, **state: Any) -> None:
        """Change `latency`, `limits` or `faults`: a name, a path, or what such a file holds."""
        self._ask("PATCH", "state", state)

    def reset(self) -> None:
        """Begin as the server began."""
        self._ask("POST", "reset", {})

    def requests(self) -> list[dict[str, Any]]:
        """The journal: what was asked and what really happened, oldest first (docs/mockserver.md)."""
        entries: list[dict[str, Any]] = self._ask("GET", "requests?limit=10000", None)["requests"]
        return entries

    def assert_well_behaved(self, *, strict: bool = False) -> None:
        """Raise AssertionError with what clients did wrong since the test began; `strict`: with warnings, too."""
        found = self._ask("GET", "verdict", None)["findings"]
        wrong = [each for each in found if strict or each["level"] == "failure"]
        if wrong:
            raise AssertionError("\n".join(f"{each['kind']}: {each['text']}" for each in wrong))

    def _ask(self, method: str, what: str, body: Mapping[str, Any] | None) -> Any:
        """Ask /_mock. Raises ValueError with what is wrong, when something is."""
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_mock/{what}", content, method=method)  # noqa: S310 - our own
        try:
            with urllib.request.urlopen(request, timeout=_PATIENCE_S) as answer:  # noqa: S310 - our own
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            with refused:
                raise ValueError(json.load(refused)["error"]["message"]) from None


@contextmanager
def serving(flags: Sequence[str] = ()) -> Iterator[Mock]:
    """A mock server with these flags of `mockserver serve`, on a free port, while the block runs.

    Raises RuntimeError with what the server says when it does not start.
    """
    command = (sys.executable, "-m", "mockserver", "serve", "--port", "0", *flags)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            line = process.stdout.readline() if process.stdout else ""
            if not line:
                raise RuntimeError(process.communicate(timeout=_PATIENCE_S)[1].strip())
            yield Mock(next(word for word in line.split() if word.startswith("http://")))
        finally:
            process.terminate()
