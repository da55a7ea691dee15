"""What the text of an answer has to be, where the request does not leave that to the conversation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class JsonMode:
    """Any JSON object: `response_format` json_object."""


@dataclass(frozen=True, slots=True)
class JsonOf:
    """JSON that conforms to a schema: `response_format` json_schema."""

    name: str
    schema: Mapping[str, Any]
    strict: bool = False


Form = JsonMode | JsonOf | None
"""None leaves it to the conversation."""
