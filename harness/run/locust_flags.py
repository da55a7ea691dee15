"""Flags for Locust itself: what stands after `--` on the command line."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from .settings import SettingError

_BEFORE: Final = "write {} before the --"
_SAME: Final = (
    "--host",
    "--users",
    "--spawn-rate",
    "--rate",
    "--arrivals",
    "--trace",
    "--trace-speed",
    "--trace-rate",
    "--run-time",
    "--stop-timeout",
    "--processes",
    "--expect-workers",
    "--master",
    "--master-host",
    "--master-port",
    "--think-time",
    "--requests",
    "--retry",
    "--connect-timeout",
    "--first-token-timeout",
    "--idle-timeout",
    "--total-timeout",
    "--model",
    "--seed",
    "--label",
    "--out",
    "--header",
    "--max-cost-usd",
    "--max-requests",
    "--max-tokens-total",
    "--path-prefix",
    "--extra-body",
    "--api",
    "--api-version",
    "--allow-http",
    "--target",
    "--ca-file",
)
_OTHER: Final = {
    "--worker": "write harness worker",
    "--users-plan": "write --users before the --",
    "--plan-time": "write --run-time before the --",
    "--workload": "name the workload before the --",
    "--master-bind-host": "write --bind HOST:PORT before the --",
    "--master-bind-port": "write --bind HOST:PORT before the --",
    "--web-host": "write --web-ui --web-host before the --",
    "--web-port": "write --web-ui --web-port before the --",
    "--headless": "leave it out, or write --web-ui before the --",
    "--headful": "write --web-ui before the --",
    "--autostart": "write --web-ui before the --",
    "--autoquit": "leave it out: the web UI ends with the run",
    "--locustfile": "leave it out: Locust files of your own run under locust -f",
    "--config": "leave it out: what is set stands on the command line",
    "--exit-code-on-error": "leave it out: the exit codes are the harness's",
    "--supervised": "leave it out: the harness sets it",
}
_SHORT: Final[Mapping[str, str]] = {
    "-H": "--host",
    "-u": "--users",
    "-r": "--spawn-rate",
    "-t": "--run-time",
    "-s": "--stop-timeout",
    "-P": "--web-port",
    "-f": "--locustfile",
}
OWNED: Final[Mapping[str, str]] = {flag: _BEFORE.format(flag) for flag in _SAME} | _OTHER
"""The flags of Locust's command line that the harness sets itself, and what to do instead."""


def passed_on(words: Iterable[str]) -> tuple[str, ...]:
    """The words that go to Locust as they are. Raises SettingError for a flag that is the harness's own to set."""
    words = tuple(words)
    if words and not words[0].startswith("-"):
        raise SettingError(words[0], "not expected here; flags for Locust come after --, such as -- --loglevel DEBUG")
    for word in words:
        if instead := _instead(word):
            raise SettingError(word.partition("=")[0], f"not Locust's to know here; {instead}")
    return words


def _instead(word: str) -> str | None:
    """What to write in place of a flag that the harness owns, None for any other word.

    Locust takes the beginning of a flag for the flag, and a short one with its value in the same word.
    """
    if not word.startswith("--"):
        flag = _SHORT.get(word[:2])
        return None if flag is None else OWNED[flag]
    name = word.partition("=")[0]
    owned = [flag for flag in OWNED if flag.startswith(name)] if len(name) > len("--") else []
    return OWNED[min(owned, key=len)] if owned else None


def split_workload(words: Sequence[str], default: str) -> tuple[str, tuple[str, ...]]:
    """Workload and flags for Locust, from the words that are no options: the workload may be left out."""
    if not words or words[0].startswith("-"):
        return default, tuple(words)
    return words[0], tuple(words[1:])
