"""--keys FILE: the API keys that the mock server accepts."""

from .reading import Envelope


class KeyTable(Envelope):
    """One `[keys."sk-..."]` table."""


class KeysFile(Envelope):
    """The accepted keys; without such a file every non-empty key is accepted."""

    keys: dict[str, KeyTable]
