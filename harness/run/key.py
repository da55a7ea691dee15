"""The API key: from the environment only."""

from collections.abc import Mapping
from typing import Final

from ..client.target import Target
from .settings import SettingError

VARIABLE: Final = "OPENAI_API_KEY"
DUMMY: Final = "sk-mock"
"""Sent to a mock or a server on this machine when there is no key: the mock takes any."""


def api_key(target: Target, environ: Mapping[str, str], *, mock: bool = False, signed: bool = False) -> str | None:
    """The key to send to `target`; None where there is none and the user's own headers sign the requests.

    Raises SettingError, which never shows it, if there is none where one is needed or it cannot be one.
    """
    key = environ.get(VARIABLE, "").strip()
    if not key:
        if signed:
            return None
        if target.is_loopback or mock:
            return DUMMY
        raise SettingError(
            VARIABLE, f"not set, but {target} is not this machine; set it in the environment to your key"
        )
    if not key.isascii() or not key.isprintable() or " " in key:
        raise SettingError(VARIABLE, "holds white space or characters that no key has; set it to the key alone")
    return key
