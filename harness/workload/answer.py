"""What an answer said, as far as expectations about it are concerned."""

from collections.abc import Mapping

import msgspec

from profiles.catalogue import FALLBACK_ENCODING
from profiles.encodings import count_tokens


class Answer(msgspec.Struct, frozen=True):
    """Text and calls of an answer; `stated_tokens` is the server's count of what can be seen, where it stated one.

    `calls` has the arguments, as they came, by the name of the function; of several calls of one the last.
    """

    text: str
    calls: Mapping[str, str] | None = None
    stated_tokens: int | None = None
    encoding: str = FALLBACK_ENCODING

    @property
    def tokens(self) -> int:
        """Its length in tokens: as stated, else counted from the text."""
        return count_tokens(self.text, self.encoding) if self.stated_tokens is None else self.stated_tokens
