"""What a latency profile says of a model, key by key, and where it says it."""

from collections.abc import Iterator
from typing import Any

from profiles.catalogue import ModelFacts
from profiles.schema.latency import LatencyTable

from .profile import LatencyProfile
from .reading import COUNT_BESIDE_AN_ENGINE, read_file, resolved


def stated(name_or_path: str, facts: ModelFacts | None) -> Iterator[str]:
    """Lines `key  table  value` of the keys that count for a model (None: for one without figures of its own).

    Raises ProfileError when the file cannot be used.
    """
    path, file = read_file(name_or_path)
    yield f"{path.stem}: {file.description}" if file.description else path.stem
    if file.extends is not None:
        yield f"laid over {file.extends}"
    profile = LatencyProfile.of_file(path.stem, str(path), file)
    file = resolved(str(path), file)
    name = None if facts is None else profile.table_of(facts)
    own = LatencyTable() if name is None else file.models[name]
    rows = [("key", "from", "value")]
    for key in LatencyTable.model_fields:
        if file.engine is not None and key not in COUNT_BESIDE_AN_ENGINE:
            continue
        for table, where in ((own, f'[models."{name}"]'), (file.default, "[default]")):
            if (value := getattr(table, key)) is not None:
                rows.append((key, where, as_toml(_plain(value))))
                break
    for name, whole in (("engine", file.engine), ("slowdown", file.slowdown)):
        if whole is not None:
            rows += [(f"{name}.{key}", f"[{name}]", as_toml(value)) for key, value in _plain(whole).items()]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    yield ""
    yield from (f"{key:{widths[0]}}  {where:{widths[1]}}  {value}" for key, where, value in rows)
    if file.slowdown is not None:
        yield ""
        yield "what follows is for a time at which nothing is slowed down"


def _plain(value: Any) -> Any:
    return value.model_dump(exclude_none=True) if hasattr(value, "model_dump") else value


def as_toml(value: Any) -> str:
    """A value as TOML has it, in one line."""
    match value:
        case dict():
            return "{ " + ", ".join(f"{key} = {as_toml(each)}" for key, each in value.items()) + " }"
        case list() | tuple():
            return "[" + ", ".join(map(as_toml, value)) + "]"
        case str():
            return f'"{value}"'
        case float():
            return f"{value:g}"
    return str(value)
