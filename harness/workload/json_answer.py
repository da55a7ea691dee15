"""Answers that are to be JSON: reading them, and holding them against a schema."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, best_match
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012, EMPTY_REGISTRY

_FENCED: Final = re.compile(r"\A```\w*\n(.*?)\n?```\Z", re.DOTALL)


def json_of(text: str) -> Any:
    """The value of an answer that is JSON, bare or as one fenced code block. Raises ValueError."""
    fenced = _FENCED.match(text.strip())
    try:
        return json.loads(fenced.group(1) if fenced else text)
    except (ValueError, RecursionError):
        raise ValueError("not valid JSON") from None


@dataclass(frozen=True, slots=True)
class Schema:
    """A JSON Schema (draft 2020-12) that answers are held against; `text` is what it is known by."""

    text: str
    _validator: Any = field(compare=False, repr=False)

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Self:
        """The schema of a table. Raises ValueError for one that is none, or refers to what is not in it."""
        schema = dict(table)
        try:
            Draft202012Validator.check_schema(schema)
        except SchemaError as error:
            raise ValueError(f"no JSON Schema: {error.json_path}: {_line(error.message)}") from None
        resolver = EMPTY_REGISTRY.resolver_with_root(DRAFT202012.create_resource(schema))
        for reference in _references(schema):
            try:
                resolver.lookup(reference)
            except Unresolvable:
                raise ValueError(f"refers to {reference!r}, which is not in it") from None
        return cls(json.dumps(schema, sort_keys=True), Draft202012Validator(schema, registry=EMPTY_REGISTRY))

    def problem(self, text: str) -> str | None:
        """What of the answer does not conform."""
        try:
            error = best_match(self._validator.iter_errors(json_of(text)))
        except ValueError as problem:
            return str(problem)
        except RecursionError:  # an answer nested too deeply, or a schema that is itself
            return "nested more deeply than can be held against the schema"
        return None if error is None else f"{error.json_path}: {_line(error.message)}"


def _references(value: Any) -> Iterator[str]:
    """What a schema refers to, wherever it does."""
    if isinstance(value, dict):
        if isinstance(reference := value.get("$ref"), str):
            yield reference
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _references(part)


def _line(message: str) -> str:
    """A message that may show a whole answer, in one line of bearable length."""
    words = " ".join(message.split())
    return words if len(words) <= 160 else f"{words[:157]}..."
