"""Questions and conversations of a file: JSON Lines with prompts or messages, or ShareGPT's JSON."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from profiles import ProfileError
from profiles.files import read_text

MOST_BYTES: Final = 64 * 1024 * 1024
"""Larger files are refused: each process of a run holds all of it, and workers are sent it."""
_ROLES: Final[Mapping[str, str]] = {
    "human": "user",
    "user": "user",
    "gpt": "assistant",
    "chatgpt": "assistant",
    "assistant": "assistant",
    "system": "system",
    "developer": "system",
}


@dataclass(frozen=True, slots=True)
class Talk:
    """What a user says, turn by turn, and the system message that came with it, if any did."""

    turns: tuple[str, ...]
    system: str | None = None


def read_talks_file(path: Path, file: str, key: str) -> str:
    """The text of a file that a workload names. Raises ProfileError for what `key` of `file` cannot mean."""
    if not path.is_file():
        raise ProfileError(file, key, f"no such file: {path}")
    if path.stat().st_size > MOST_BYTES:
        raise ProfileError(file, key, f"{path} is larger than {MOST_BYTES >> 20} MiB; take a part of it")
    return read_text(path)


def parse_talks(text: str, file: str) -> tuple[Talk, ...]:
    """The conversations of a file's text, in their order; a list's without a word of the user's are left out.

    Raises ProfileError with the line (or the place in the list) and the key.
    """
    if text.lstrip().startswith("["):
        talks = [talk for at, entry in _listed(text, file) if (talk := _talk(entry, file, at)).turns]
    else:
        talks = [_asking(_talk(entry, file, at), file, at) for at, entry in _lines(text, file)]
    if not talks:
        raise ProfileError(file, "", "holds no question")
    return tuple(talks)


def _lines(text: str, file: str) -> Iterator[tuple[str, Any]]:
    # not splitlines, which breaks at characters that JSON allows inside of texts
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield f"line {number}", _json(line, file, f"line {number}")


def _listed(text: str, file: str) -> Iterator[tuple[str, Any]]:
    for number, entry in enumerate(_json(text, file, ""), start=1):
        yield f"entry {number}", entry


def _json(text: str, file: str, at: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ProfileError(file, at, f"not valid JSON: {error}") from None


def _talk(entry: Any, file: str, at: str) -> Talk:
    if not isinstance(entry, dict):
        raise ProfileError(file, at, "should be an object with 'prompt', 'messages' or 'conversations'")
    if "prompt" in entry:
        return Talk((_text(entry, "prompt", file, at),))
    for key, role, said in (("messages", "role", "content"), ("conversations", "from", "value")):
        if key in entry:
            return _conversation(entry[key], role, said, file, f"{at}: {key}")
    near = ", ".join(map(repr, entry)) or "nothing"
    raise ProfileError(file, at, f"should hold 'prompt', 'messages' or 'conversations', not {near}")


def _conversation(messages: Any, role_key: str, text_key: str, file: str, at: str) -> Talk:
    if not isinstance(messages, list):
        raise ProfileError(file, at, "should be a list")
    turns: list[str] = []
    system: str | None = None
    for number, message in enumerate(messages):
        here = f"{at}.{number}"
        if not isinstance(message, dict):
            raise ProfileError(file, here, f"should be an object with {role_key!r} and {text_key!r}")
        said_by = _text(message, role_key, file, here)
        role = _ROLES.get(said_by.lower())
        if role is None:
            raise ProfileError(file, f"{here}.{role_key}", f"{said_by!r} is none of {', '.join(_ROLES)}")
        if role == "user":
            turns.append(_text(message, text_key, file, here))
        elif role == "system" and system is None:
            system = _text(message, text_key, file, here)
    return Talk(tuple(turns), system)


def _asking(talk: Talk, file: str, at: str) -> Talk:
    if not talk.turns:
        raise ProfileError(file, at, "holds no message of a user")
    return talk


def _text(table: Mapping[str, Any], key: str, file: str, at: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value:
        shown = "nothing" if value is None else json.dumps(value)[:40]
        raise ProfileError(file, f"{at}.{key}" if "." in at else f"{at}: {key}", f"should be a text, not {shown}")
    return value
