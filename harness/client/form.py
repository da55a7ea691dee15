"""The form of a stream's content chunks: those after the first are told by comparing bytes, without parsing JSON.

A stream's chunks differ in two strings only, the content and the obfuscation. So a chunk that is byte for byte like one
that has been parsed, but for a content that is a string and an obfuscation without quotes and escapes, says what that
one said with this content in its place. Whatever else comes is for the parser.
"""

from collections.abc import Mapping
from typing import Any, Final, Self

import orjson

DATA: Final = b"data: "
"""How a data line begins."""

_COLONS: Final = (b":", b": ")
_PROBE: Final = "probe"


class ContentForm:
    """Everything around the content of one choice in a data line: before it, between it and the obfuscation, behind.

    Such a line begins with `begin` and ends with `end`.
    """

    __slots__ = ("_behind", "_between", "_start", "begin", "end")

    def __init__(self, before: bytes, between: bytes, behind: bytes | None) -> None:
        """`between` and `behind` begin with the quote that ends the string before them; `behind` is None where chunks
        have no obfuscation."""
        self.begin = before
        self._start = len(before)
        self._between = between
        self._behind = behind
        self.end = between if behind is None else behind

    @classmethod
    def of(cls, data: bytes, chunk: Mapping[str, Any]) -> Self | None:
        """The form of a chunk, which is `data` parsed.

        None unless it says nothing but the content of its only choice, and that can be proven to stand where it seems
        to: other strings put there are parsed as the content.
        """
        content = _only_content(chunk)
        obfuscation = chunk.get("obfuscation")
        around = None if content is None else _around(data, "content", content)
        if around is None:
            return None
        before, between, behind = *around, None
        if obfuscation is not None:
            around = _around(between, "obfuscation", obfuscation) if isinstance(obfuscation, str) else None
            if around is None:
                return None
            between, behind = around
        return cls(DATA + before, between, behind) if _proven(data, before, between, behind) else None

    def content(self, data: bytes) -> str | None:
        """The content of a data line of this form; None of any other."""
        if not data.startswith(self.begin):
            return None
        if self._behind is None:
            end = len(data) - len(self._between)
            if not data.endswith(self._between) or end < self._start:
                return None
        else:
            end = data.find(self._between, self._start)
            start = end + len(self._between)
            stop = data.find(b'"', start)
            if end < 0 or data[stop:] != self._behind or not data[start:stop].isalnum():
                return None
        return _said(data[self._start : end])


def _said(quoted: bytes) -> str | None:
    """What stands between two quotes; None where that is not one string of JSON, or an empty one, which is no content.

    Only what has no quotes, escapes or control characters says just what it is.
    """
    try:
        text = quoted.decode()
        if not text:
            return None
        if text.isprintable() and "\\" not in text and '"' not in text:
            return text
        said: str = orjson.loads(b'"%b"' % quoted)
    except (UnicodeDecodeError, orjson.JSONDecodeError):
        return None
    return said


def _proven(data: bytes, before: bytes, between: bytes, behind: bytes | None) -> bool:
    """Whether another content and obfuscation at these places are parsed as just that."""
    expected = orjson.loads(data)
    expected["choices"][0]["delta"]["content"] = _PROBE
    probed = before + _PROBE.encode() + between
    if behind is not None:
        expected["obfuscation"] = _PROBE
        probed += _PROBE.encode() + behind
    try:
        return bool(orjson.loads(probed) == expected)
    except orjson.JSONDecodeError:
        return False


def _only_content(chunk: Mapping[str, Any]) -> str | None:
    """The content, where it is all that the chunk says."""
    choices = chunk.get("choices")
    if chunk.get("error") or chunk.get("usage") or not isinstance(choices, list) or len(choices) != 1:
        return None
    choice = choices[0]
    delta = choice.get("delta")
    if choice.get("index") or choice.get("finish_reason") or not delta or delta.keys() != {"content"}:
        return None
    content = delta["content"]
    return content if isinstance(content, str) and content else None


def _around(data: bytes, name: str, value: str) -> tuple[bytes, bytes] | None:
    """What stands before and behind the only `"name":"value"`, with the quotes of the value left to the two sides."""
    quoted = orjson.dumps(value)
    for colon in _COLONS:
        member = b'"%b"%b%b' % (name.encode(), colon, quoted)
        if data.count(member) == 1:
            place = data.index(member)
            return data[: place + len(member) - len(quoted) + 1], data[place + len(member) - 1 :]
    return None
