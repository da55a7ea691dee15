"""The mock server's control surface (docs/control.md), as a client of it sees it."""

import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self
from urllib.parse import urlsplit

import orjson

from profiles.journal import JournalEntry

from ..measure.phases import Phase
from ..measure.watch import MockSecond

TOKEN_VARIABLE: Final = "MOCK_ADMIN_TOKEN"  # noqa: S105 - its name, not its value
PATIENCE_S: Final = 10.0
_PAGE: Final = 10_000
_REFUSED: Final = (401, 403)


class MockError(Exception):
    """The mock could not be asked; the message is one line that says what would help."""


@dataclass(frozen=True, slots=True)
class MockControl:
    """The `/_mock` of the server that is behind an address. Every method that asks it raises MockError.

    It has `patience_s` to answer.
    """

    base: str
    token: str | None = field(default=None, repr=False)
    patience_s: float = PATIENCE_S

    @classmethod
    def at(cls, host: str, environ: Mapping[str, str]) -> Self:
        """Behind the host and port of a --host; the token comes from the environment."""
        address = urlsplit(host)
        return cls(f"{address.scheme}://{address.netloc}/_mock", environ.get(TOKEN_VARIABLE) or None)

    def within(self, patience_s: float) -> Self:
        """The same with that much patience."""
        return replace(self, patience_s=patience_s)

    def phases(self) -> list[Phase]:
        """The phases of its script so far, oldest first; none where it has no script."""
        said = self._asked("phases")
        try:
            return [Phase.from_dict(table) for table in said]
        except (ValueError, TypeError) as error:
            raise MockError(f"{self.base}/phases is not a mock server's ({error})") from None

    def phase(self) -> str | None:
        """The phase that is on; None where there is none."""
        return next((phase.name for phase in self.phases() if phase.ended_at is None), None)

    def health(self, since_at: float) -> list[MockSecond]:
        """How it kept up in each of the seconds since then (epoch seconds), as far as it remembers."""
        said = self._asked("health")
        try:
            return [
                MockSecond(second["at"], second["pacing_max_ms"], second["loop_lag_ms"], second["cpu"])
                for second in said["history"]
                if second["at"] >= since_at
            ]
        except (KeyError, TypeError) as error:
            raise MockError(f"{self.base}/health is not a mock server's ({error})") from None

    def last_seq(self) -> int:
        """The number of its latest request."""
        return int(self._asked("requests?limit=0")["last_seq"])

    def journal(self, since: int = 0) -> Iterator[JournalEntry]:
        """The entries after number `since`, oldest first."""
        while True:
            page = self._asked(f"requests?since={since}&limit={_PAGE}")["requests"]
            for raw in page:
                try:
                    entry = JournalEntry.from_dict(raw)
                except ValueError as error:
                    raise MockError(f"{self.base}/requests: {error}") from None
                since = entry.seq
                yield entry
            if len(page) < _PAGE:
                return

    def change(self, state: Mapping[str, Any]) -> None:
        """Simulate something else from now on."""
        self._asked("state", "PATCH", state)

    def reset(self) -> None:
        """Begin again as the server began."""
        self._asked("reset", "POST", {})

    def _asked(self, what: str, method: str = "GET", body: Mapping[str, Any] | None = None) -> Any:
        headers = {"authorization": f"Bearer {self.token}"} if self.token else {}
        content = None if body is None else orjson.dumps(body)
        if content is not None:
            headers["content-type"] = "application/json"
        address = f"{self.base}/{what}"
        try:
            request = urllib.request.Request(address, content, headers, method=method)  # noqa: S310 - http(s) by --host
            with urllib.request.urlopen(request, timeout=self.patience_s) as answer:  # noqa: S310 - the same
                return orjson.loads(answer.read())
        except urllib.error.HTTPError as refused:
            with refused:
                raise MockError(self._why(refused)) from None
        except (OSError, ValueError) as error:
            raise MockError(f"{self.base} does not answer ({getattr(error, 'reason', error)})") from None

    def _why(self, refused: urllib.error.HTTPError) -> str:
        if refused.code in _REFUSED:
            return f"{self.base} wants its token: set {TOKEN_VARIABLE} as it is set there"
        if refused.code == 404:
            return f"{self.base} is not there: is it a mock server?"
        return f"{self.base} answers {refused.code}: {_said(refused.read())}"


def _said(body: bytes) -> str:
    """What a refusal says, in a line."""
    try:
        return str(orjson.loads(body)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return " ".join(body[:300].decode(errors="replace").split())
