"""Reading a journal from outside: that of a running server, or its file."""

import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import orjson

from profiles.errors import ProfileError
from profiles.journal import JournalEntry

_PATIENCE_S: Final = 30
_WRONG_TOKEN: Final = 401


def is_remote(source: str) -> bool:
    """Whether a journal is that of a running server."""
    return source.startswith(("http://", "https://"))


def entries(source: str) -> Iterator[JournalEntry]:
    """The entries of a journal: of a running server by its address, or of the file that it wrote.

    Raises ProfileError when there is none.
    """
    lines = _fetched(source) if is_remote(source) else _read(source)
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield JournalEntry.from_dict(orjson.loads(line))
            except (ValueError, AttributeError):
                why = "is no entry of a journal, as mockserver serve --journal writes them"
                raise ProfileError(source, f"line {number}", why) from None


def _read(path: str) -> Iterator[bytes]:
    try:
        with Path(path).open("rb") as file:
            yield from file
    except OSError as error:
        raise ProfileError(
            path, "", f"{(error.strerror or 'cannot be read').lower()}; give a file or http://HOST:PORT"
        ) from None


def _fetched(url: str) -> Iterator[bytes]:
    """The lines of a running server's journal. Whatever is behind its host and port does not matter."""
    request = _asking(url, "requests.jsonl")
    try:
        with urllib.request.urlopen(request, timeout=_PATIENCE_S) as answer:  # noqa: S310 - the same
            yield from answer
    except urllib.error.HTTPError as refused:
        with refused:
            wrong = refused.code == _WRONG_TOKEN
            why = (
                "MOCK_ADMIN_TOKEN is missing or not the server's" if wrong else "there is no mock server's journal here"
            )
            raise ProfileError(url, "", why) from None
    except (OSError, ValueError) as error:
        raise ProfileError(url, "", f"nothing answers there: {getattr(error, 'reason', error)}") from None


def forgotten(url: str) -> int:
    """How many requests a server that has just been asked does not keep any more."""
    with urllib.request.urlopen(_asking(url, "requests?limit=0"), timeout=_PATIENCE_S) as answer:  # noqa: S310 - the same
        count: int = orjson.loads(answer.read())["forgotten"]
    return count


def _asking(url: str, what: str) -> urllib.request.Request:
    address = urlsplit(url)
    token = os.environ.get("MOCK_ADMIN_TOKEN")
    headers = {"authorization": f"Bearer {token}"} if token else {}
    where = f"{address.scheme}://{address.netloc}/_mock/{what}"
    return urllib.request.Request(where, headers=headers)  # noqa: S310 - checked: http(s)
