"""The API key: from the environment, or from the file that the environment names."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ..client.target import Target
from .settings import SettingError

VARIABLE: Final = "OPENAI_API_KEY"
FILE_VARIABLE: Final = "OPENAI_API_KEY_FILE"
"""Names a file that holds the key alone, as secrets of containers do; read when the other one is not set."""
DUMMY: Final = "sk-mock"
"""Sent to a mock or a server on this machine when there is no key: the mock takes any."""


def api_key(target: Target, environ: Mapping[str, str], *, mock: bool = False, signed: bool = False) -> str | None:
    """The key to send to `target`; None where there is none and the user's own headers sign the requests.

    Raises SettingError, which never shows it, if there is none where one is needed or it cannot be one.
    """
    key, source = _given(environ)
    if not key:
        if signed:
            return None
        if target.is_loopback or mock:
            return DUMMY
        raise SettingError(source, f"{_MISSING[source]}, but {target} is not this machine; {_REMEDY[source]}")
    if not key.isascii() or not key.isprintable() or " " in key:
        raise SettingError(source, "holds white space or characters that no key has; set it to the key alone")
    return key


_MISSING: Final = {VARIABLE: "not set", FILE_VARIABLE: "names an empty file"}
_REMEDY: Final = {
    VARIABLE: "set it in the environment to your key",
    FILE_VARIABLE: "write your key into that file, or name another",
}


def _given(environ: Mapping[str, str]) -> tuple[str, str]:
    """The key without white space around it, and the variable that it came from."""
    key = environ.get(VARIABLE, "").strip()
    path = environ.get(FILE_VARIABLE, "").strip()
    if key or not path:
        return key, VARIABLE
    try:
        return Path(path).read_text().strip(), FILE_VARIABLE
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise SettingError(FILE_VARIABLE, f"{path} cannot be read: {reason}") from None
