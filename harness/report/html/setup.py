"""How a run was made: what one needs to make it again."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from .markup import Markup, el, joined, table


def setup(run: Mapping[str, Any]) -> Markup:
    """The command, the settings, the versions."""
    parts = []
    if command := run.get("command"):
        parts += [el("p", "This command makes it again:"), el("pre", shlex.join(_elsewhere(command)))]
    parts.append(table("Settings", ["setting", "value"], _rows(run.get("settings", {})), words=2))
    parts.append(table("Versions", ["of", "version"], _rows(run.get("versions", {})), words=2))
    return joined(*parts)


def _elsewhere(command: Sequence[object]) -> Iterator[str]:
    """A command without the folder that its run has filled: that one would not be written again."""
    words = map(str, command)
    for word in words:
        if word == "--out":
            next(words, None)
        elif not word.startswith("--out="):
            yield word


def _rows(values: Mapping[str, Any]) -> Iterator[list[str]]:
    for name, value in values.items():
        if value not in ({}, []):
            yield [name, value if isinstance(value, str) else orjson.dumps(value).decode()]
