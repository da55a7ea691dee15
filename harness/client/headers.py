"""Headers that a user adds to every request, and which of them are secrets."""

from collections.abc import Iterable, Sequence
from typing import Final

Header = tuple[str, str]

OWNED: Final = frozenset(
    (
        *("accept", "accept-encoding", "connection", "content-length", "content-type", "expect", "host", "keep-alive"),
        *("proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade", "x-client-request-id"),
    )
)
"""What the client itself says, because its measuring depends on it: nobody else may."""

_CREDENTIALS: Final = ("auth", "key", "token", "secret", "password", "cookie")
_SHORTEST_SECRET: Final = 5
_TOKEN: Final = frozenset("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz")


def parse_header(text: str) -> Header:
    """The name and value of `NAME: VALUE`. Raises ValueError in one line that never shows the value."""
    name, colon, value = text.partition(":")
    name = name.strip()
    if not colon or not name or not _TOKEN.issuperset(name.lower()):
        raise ValueError("not a header; write 'NAME: VALUE'")
    if name.lower() in OWNED:
        raise ValueError(f"{name} is the client's own to send; leave it out")
    return name, header_value(value.strip(" \t"), f"the value of {name}")


def header_value(value: str, what: str) -> str:
    """`value` if a header can carry it. Raises ValueError, which names `what` and does not show it."""
    if not value or not value.isascii() or not value.isprintable() or value != value.strip():
        raise ValueError(f"{what} is empty or holds characters that a header cannot carry")
    return value


def merged(own: Iterable[Header], given: Sequence[Header]) -> tuple[Header, ...]:
    """Our own headers and then the given ones, which take the place of ours by the same name."""
    names = {name.lower() for name, _ in given}
    return (*((name, value) for name, value in own if name.lower() not in names), *given)


def is_credential(name: str) -> bool:
    """Whether a header's name says that its value is a secret: Authorization, api-key, X-Auth-Token, Cookie."""
    return any(word in name.lower() for word in _CREDENTIALS)


def secrets_of(headers: Iterable[Header]) -> tuple[str, ...]:
    """The values that must be shown nowhere, with and without the scheme in front ("Bearer ...").

    Shorter ones than any secret are not among them: taking every "1" out of a text would leave nothing of it.
    """
    values = [part for name, value in headers if is_credential(name) for part in (value, value.rpartition(" ")[2])]
    return tuple(value for value in dict.fromkeys(values) if len(value) >= _SHORTEST_SECRET)
