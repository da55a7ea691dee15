"""Taking API keys out of text before it is stored or shown."""

import json
import re
from typing import Final
from urllib.parse import quote

REDACTED: Final = "[redacted]"

_ECHO_HEAD, _ECHO_TAIL = 8, 4
_KEY_SHAPED: Final = re.compile(
    r"(?:(?<![A-Za-z0-9])|(?<=\\[bfnrt])|(?<=\\u[0-9A-Fa-f]{4})|(?<=%[0-9A-Fa-f]{2}))sk-[A-Za-z0-9_*-]{5,}"
)


def redact(text: str, *secrets: str | None) -> str:
    """`text` without `secrets`, whole or as a 401 echoes them, and without anything else that is shaped like a key.

    The echo shows the first eight and last four characters with asterisks between, and a key of up to twelve characters
    whole. Escaped forms (JSON, Go's JSON, URLs) are found too.
    """
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        for form in _written(secret):
            text = text.replace(form, REDACTED)
        if len(secret) > _ECHO_HEAD + _ECHO_TAIL:
            text = _echo_of(secret).sub(lambda _: REDACTED, text)
    return _KEY_SHAPED.sub(REDACTED, text)


def _written(text: str) -> list[str]:
    """The ways a string is written in JSON and URLs, the longest first, so that no part of one is left over."""
    plain, ascii_only = (json.dumps(text, ensure_ascii=only)[1:-1] for only in (False, True))
    go = plain.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    forms = {text, plain, ascii_only, go, plain.replace("/", "\\/"), quote(text, safe="")}
    return sorted(forms, key=len, reverse=True)


def _echo_of(key: str) -> re.Pattern[str]:
    heads, tails = (_written(part) for part in (key[:_ECHO_HEAD], key[-_ECHO_TAIL:]))
    return re.compile(f"(?:{'|'.join(map(re.escape, heads))})\\*+(?:{'|'.join(map(re.escape, tails))})?")
