"""Which processes generate the load of a run, here and on other machines."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from .labels import labels_of
from .locust_flags import passed_on
from .settings import RunSettings, SettingError

DEFAULT_PORT: Final = 5557
DEFAULT_WEB_PORT: Final = 8089
LOOPBACK: Final = "127.0.0.1"
_EVERYWHERE: Final = ("0.0.0.0", "*", "[::]")  # noqa: S104 - compared with, not bound


@dataclass(frozen=True, slots=True)
class Address:
    """Where something listens."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str, flag: str, default_port: int) -> "Address":
        """HOST or HOST:PORT. Raises SettingError."""
        host, colon, port = text.rpartition(":") if text[-1:] != "]" else (text, "", "")
        if not colon:
            host, port = text, str(default_port)
        if not host or not port.isdecimal() or int(port) > 65_535:
            raise SettingError(flag, f"{text!r} is not an address; write for example 192.168.1.5:{default_port}")
        return cls(host, int(port))

    @property
    def from_here(self) -> str:
        """The host by which this machine reaches it."""
        return LOOPBACK if self.host in _EVERYWHERE else self.host

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """The processes of a run.

    `processes` generate load on this machine; `awaited` workers come from other machines to `bind`. `web` is where
    Locust's web UI is while the run goes. `labels` are put on every record of the processes here. `locust_flags` go to
    the master, or to the only process, as they are.
    """

    processes: int = 1
    awaited: int = 0
    bind: Address = Address(LOOPBACK, 0)
    web: Address | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    locust_flags: tuple[str, ...] = ()

    @property
    def has_master(self) -> bool:
        """Whether a master leads workers, rather than a single process doing everything."""
        return self.processes > 1 or self.awaited > 0

    @property
    def workers(self) -> int:
        """How many processes generate load, wherever they are."""
        return self.processes + self.awaited

    def to_dict(self) -> dict[str, Any]:
        """What run.json keeps of it."""
        return {"processes": self.processes, "awaited": self.awaited, "labels": dict(self.labels)}

    def check(self, settings: RunSettings) -> None:
        """Raise SettingError when it cannot make a run of these settings."""
        shared = "--requests" if settings.requests is not None else "arrivals" if settings.is_open else None
        if shared and (settings.users or 1) < self.workers:
            raise SettingError(
                "--users",
                f"{settings.users} cannot share out {shared} among {self.workers} workers, which need a user each; "
                f"write --users {self.workers} or more",
            )


def crew_of(
    *,
    processes: int | None = None,
    master: bool = False,
    expect_workers: int | None = None,
    bind: str | None = None,
    web_ui: bool = False,
    web_host: str | None = None,
    web_port: int | None = None,
    labels: Iterable[str] = (),
    locust_flags: Sequence[str] = (),
) -> Crew:
    """The crew that these flags mean. Raises SettingError for those that contradict each other."""
    for flag, given, wanted in (
        ("--expect-workers", expect_workers is not None, "--master"),
        ("--bind", bind is not None, "--master"),
        ("--web-host", web_host is not None, "--web-ui"),
        ("--web-port", web_port is not None, "--web-ui"),
    ):
        if given and not {"--master": master, "--web-ui": web_ui}[wanted]:
            raise SettingError(flag, f"means something only with {wanted}; add it or leave this out")
    if master and expect_workers is None:
        raise SettingError("--expect-workers", "missing; say how many workers of other machines --master is to await")
    listening = Address(LOOPBACK, 0)
    if master:
        listening = Address.parse(bind or LOOPBACK, "--bind", DEFAULT_PORT)
    return Crew(
        processes=processes if processes is not None else int(not master),
        awaited=expect_workers or 0,
        bind=listening,
        web=Address(web_host or LOOPBACK, web_port or DEFAULT_WEB_PORT) if web_ui else None,
        labels=labels_of(labels),
        locust_flags=passed_on(locust_flags),
    )
