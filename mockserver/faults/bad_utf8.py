"""`bad_utf8`: a chunk that is no UTF-8."""

from typing import Final

from .disturbing import Disturbing

_NO_UTF8: Final = b"\xc3("
_CONTENT: Final = b'"content"'


class BadUtf8Fault(Disturbing):
    """Bytes in the text that are no UTF-8."""

    kind = "bad_utf8"

    @staticmethod
    def disturb(data: bytes) -> bytes:
        """The data with a broken character where the content begins, or in its last string."""
        key = data.find(_CONTENT)
        opening = data.find(b'"', key + len(_CONTENT)) if key >= 0 else -1
        place = opening + 1 if opening >= 0 else data.rfind(b'"')
        return data[:place] + _NO_UTF8 + data[place:]
