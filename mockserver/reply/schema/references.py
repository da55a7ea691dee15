"""Following `$ref` and merging `allOf`: a schema as one table."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote

Schema = Mapping[str, Any]

_MOST_STEPS: Final = 32
_ANYTHING: Final[Schema] = {}


class UnresolvableError(Exception):
    """A reference to nothing, or to itself."""


def pointed_at(root: Any, reference: str) -> Any:
    """What a reference inside the document means: "#", or "#/" and a JSON pointer. Raises UnresolvableError."""
    if not reference.startswith("#"):
        raise UnresolvableError(reference)
    found = root
    for part in reference[1:].split("/")[1:]:
        name = unquote(part).replace("~1", "/").replace("~0", "~")
        if isinstance(found, Mapping) and name in found:
            found = found[name]
        elif isinstance(found, list) and name.isdecimal() and int(name) < len(found):
            found = found[int(name)]
        else:
            raise UnresolvableError(reference)
    return found


def resolved(root: Any, schema: Any) -> Schema:
    """A schema without `$ref` and `allOf` at its top. `true` is a schema that allows everything.

    Raises UnresolvableError.
    """
    for _ in range(_MOST_STEPS):
        if not isinstance(schema, Mapping):
            return _ANYTHING
        reference = schema.get("$ref")
        if isinstance(reference, str):
            beside = {key: value for key, value in schema.items() if key != "$ref"}
            target = pointed_at(root, reference)
            schema = _merged(target if isinstance(target, Mapping) else _ANYTHING, beside)
        elif isinstance(schema.get("allOf"), list):
            merged: Schema = {key: value for key, value in schema.items() if key != "allOf"}
            for part in schema["allOf"][:_MOST_STEPS]:
                merged = _merged(merged, resolved(root, part) if isinstance(part, Mapping) else _ANYTHING)
            schema = merged
        else:
            return schema
    raise UnresolvableError("a reference to itself")


def _merged(one: Schema, other: Schema) -> dict[str, Any]:
    """Both tables in one: properties and required names of both, of anything else the second's."""
    both = {**one, **other}
    if isinstance(one.get("properties"), Mapping) and isinstance(other.get("properties"), Mapping):
        both["properties"] = {**one["properties"], **other["properties"]}
    if isinstance(one.get("required"), list) and isinstance(other.get("required"), list):
        both["required"] = [*one["required"], *(name for name in other["required"] if name not in one["required"])]
    return both
