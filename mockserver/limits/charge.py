"""What a request costs in tokens, as far as the limiter is concerned: an estimate made before anything is tokenised."""

from collections.abc import Iterable
from typing import Final

from profiles.tokens import Message

_PER_IMAGE: Final = 765


def prompt_estimate(messages: Iterable[Message]) -> int:
    """floor(sum over messages of (UTF-8 bytes / 4 + 1) + 2) tokens.

    Fitted to recordings from March 2025 on: within one of 191 of 204. Neither tools nor `max_tokens` nor `n` count; an
    image counts 765, whatever its size.
    """
    quarters = 8
    for message in messages:
        quarters += _utf8_bytes(message.text) + 4 + 4 * _PER_IMAGE * len(message.images)
    return quarters // 4


def _utf8_bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", errors="surrogatepass"))
