"""What the text of an answer has to be, where the request does not leave that to the conversation."""

from collections.abc import Mapping
from typing import Any

import msgspec


class JsonMode(msgspec.Struct, frozen=True):
    """Any JSON object: `response_format` json_object."""


class JsonOf(msgspec.Struct, frozen=True):
    """JSON that conforms to a schema: `response_format` json_schema."""

    name: str
    schema: Mapping[str, Any]
    strict: bool = False


Form = JsonMode | JsonOf | None
"""None leaves it to the conversation."""
