"""Taking API keys out of text before it is stored or shown."""

import json
import re
from collections.abc import Callable
from typing import Final
from urllib.parse import quote

REDACTED: Final = "[redacted]"

_ECHO_HEAD, _ECHO_TAIL = 8, 4
# What may stand before a key is looked for behind its "sk-": a pattern that begins with a literal is found ten times
# as fast, and every record goes through it. Where there is no "sk-" at all, not even that is looked for.
_KEY_SHAPED: Final = re.compile(
    r"sk-(?:(?<![A-Za-z0-9]sk-)|(?<=\\[bfnrt]sk-)|(?<=\\u[0-9A-Fa-f]{4}sk-)|(?<=%[0-9A-Fa-f]{2}sk-))[A-Za-z0-9_*-]{5,}"
)


def redact(text: str, *secrets: str | None) -> str:
    """`text` without `secrets`, whole or as a 401 echoes them, and without anything else that is shaped like a key.

    The echo shows the first eight and last four characters with asterisks between, and a key of up to twelve characters
    whole. Escaped forms (JSON, Go's JSON, URLs) are found too.
    """
    return redactor(*secrets)(text)


def redactor(*secrets: str | None) -> Callable[[str], str]:
    """`redact` with these secrets, prepared once for many texts."""
    longest_first = sorted(filter(None, secrets), key=len, reverse=True)
    known = [(_written(secret), _echo_of(secret)) for secret in longest_first]

    def without_secrets(text: str) -> str:
        for forms, echo in known:
            for form in forms:
                text = text.replace(form, REDACTED)
            if echo is not None and "*" in text:
                text = echo.sub(REDACTED, text)
        return _KEY_SHAPED.sub(REDACTED, text) if "sk-" in text else text

    return without_secrets


def _written(text: str) -> list[str]:
    """The ways a string is written in JSON and URLs, the longest first, so that no part of one is left over."""
    plain, ascii_only = (json.dumps(text, ensure_ascii=only)[1:-1] for only in (False, True))
    go = plain.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    forms = {text, plain, ascii_only, go, plain.replace("/", "\\/"), quote(text, safe="")}
    return sorted(forms, key=len, reverse=True)


def _echo_of(key: str) -> re.Pattern[str] | None:
    """What the echo of a key looks like; a short one is echoed whole."""
    if len(key) <= _ECHO_HEAD + _ECHO_TAIL:
        return None
    heads, tails = (_written(part) for part in (key[:_ECHO_HEAD], key[-_ECHO_TAIL:]))
    return re.compile(f"(?:{'|'.join(map(re.escape, heads))})\\*+(?:{'|'.join(map(re.escape, tails))})?")
