"""Reading a summary.json back."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

import orjson

from .section import Section
from .slo_result import SloResult
from .steady import Little, Steadiness
from .summary import VERSION, PhaseFigures, Stage, Summary


def read_summary(text: bytes) -> Summary:
    """The summary that a summary.json holds. Raises ValueError for what is none of this version."""
    table = orjson.loads(text)
    if not isinstance(table, dict) or table.get("v") != VERSION:
        raise ValueError(f"not a summary of version {VERSION}")
    try:
        return Summary(
            run=table["run"],
            why_not=tuple(table["why_not"]),
            notes=tuple(table["notes"]),
            slo=tuple(SloResult(**each) for each in table.get("slo", ())),
            aborted=table.get("aborted"),
            loop=table.get("loop"),
            warm_up=table.get("warm_up"),
            steady=_value(Steadiness, table.get("steady")),
            littles_law=_value(Little, table.get("littles_law")),
            whole=_value(Section, table),
            classes={name: _value(Section, each) for name, each in table["classes"].items()},
            stages=tuple(Stage(name=each["name"], section=_value(Section, each)) for each in table["stages"]),
            phases=tuple(
                PhaseFigures(name=each["name"], section=_value(Section, each)) for each in table.get("phases", ())
            ),
            labels={name: _value(Section, each) for name, each in table["labels"].items()},
        )
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"not a summary: {error}") from None


def _value(kind: Any, value: Any) -> Any:
    """A JSON value as what the field of a dataclass is declared to be."""
    if isinstance(kind, UnionType) and value is not None:
        kind = next(one for one in get_args(kind) if one is not NoneType)
    is_table = is_dataclass(kind)
    if is_table and isinstance(value, Mapping):
        hints, names = get_type_hints(kind), [each.name for each in fields(kind) if each.name in value]
        return kind(**{name: _value(hints[name], value[name]) for name in names})
    if isinstance(value, Mapping) and len(get_args(kind)) == 2:
        return {name: _value(get_args(kind)[1], each) for name, each in value.items()}
    return tuple(value) if isinstance(value, list) and get_origin(kind) is tuple else value
