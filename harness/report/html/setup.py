"""How a run was made: what one needs to make it again."""

import shlex
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from .markup import Markup, el, joined, table


def setup(run: Mapping[str, Any]) -> Markup:
    """The command, the settings, the versions."""
    parts = []
    if command := run.get("command"):
        parts += [el("p", "This command makes it again:"), el("pre", shlex.join(map(str, command)))]
    parts.append(table("Settings", ["setting", "value"], _rows(run.get("settings", {})), words=2))
    parts.append(table("Versions", ["of", "version"], _rows(run.get("versions", {})), words=2))
    return joined(*parts)


def _rows(values: Mapping[str, Any]) -> Iterator[list[str]]:
    for name, value in values.items():
        if value not in ({}, []):
            yield [name, value if isinstance(value, str) else orjson.dumps(value).decode()]
