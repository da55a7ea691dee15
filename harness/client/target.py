"""The target: where requests go."""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}
_VERSION = re.compile(r"/v\d+[a-z0-9]*(?=/|$)")


@dataclass(frozen=True, slots=True)
class Target:
    """The address of an API: `prefix` is the path in front of `/v1`, "" or "/like/this"; one that names a version of
    its own ("/api/v3", "/v1beta/openai") takes the place of `/v1`."""

    scheme: str
    host: str
    port: int
    prefix: str = ""

    @classmethod
    def parse(cls, url: str) -> "Target":
        """The target of a URL such as `http://127.0.0.1:8000` or `https://api.openai.com/v1`.

        Raises ValueError with one line that says what would be right.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise ValueError(f"{url!r} is not a URL: {error}") from None
        if parts.username is not None or parts.password is not None:
            raise ValueError("the target URL must not hold a user name or password: the key comes from OPENAI_API_KEY")
        if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
            raise ValueError(f"{url!r} is not a target: write http://HOST:PORT or https://HOST")
        if parts.query or parts.fragment:
            raise ValueError(f"{url!r} is not a target: nothing may follow the path")
        default = _DEFAULT_PORTS[parts.scheme]
        try:
            prefix = prefix_of(parts.path)
        except ValueError as error:
            raise ValueError(f"{url!r} is not a target: its {error}") from None
        return cls(parts.scheme, parts.hostname, default if port is None else port, prefix)

    @property
    def base(self) -> str:
        """The path that the API's routes begin with: "/v1", "/llm/v1", "/api/v3"."""
        return self.prefix if _VERSION.search(self.prefix) else f"{self.prefix}/v1"

    @property
    def address(self) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
        """The host as an address, None when it is a name."""
        try:
            return ipaddress.ip_address(self.host)
        except ValueError:
            return None

    @property
    def authority(self) -> str:
        """The host as the Host header has it: with the port unless it is the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether the host is this machine by its address or name; nothing is looked up."""
        if self.address is not None:
            return self.address.is_loopback
        return self.host == "localhost" or self.host.endswith(".localhost")

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.prefix}"


def prefix_of(path: str) -> str:
    """The prefix that a path stands for: without a final slash, and without a `/v1` that would be there anyway.

    Raises ValueError for a path that a request line cannot carry.
    """
    if not path.isascii() or any(c <= " " or c in "?#\x7f" for c in path):
        raise ValueError("path needs percent-encoding")
    whole = path.rstrip("/")
    short = whole.removesuffix("/v1").rstrip("/")
    return whole if _VERSION.search(short) else short
