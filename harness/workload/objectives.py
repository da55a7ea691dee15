"""What a workload is held against: the SLOs of its [run] and its classes, and the objectives of their requests."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

from profiles import ProfileError
from profiles.schema.workload import WorkloadFile

from ..gate.goodput import objectives_of
from ..gate.slo import Slo, parse
from ..measure.goodput import Objective

T = TypeVar("T")


def read_slos(tables: WorkloadFile, file: str) -> tuple[Slo, ...]:
    """What a workload is held against, the SLOs of the whole first. Raises ProfileError."""
    return tuple(_slos(tables, file))


def read_goodput(tables: WorkloadFile, file: str) -> tuple[Objective, ...]:
    """What its requests have to keep, those of [run] first. Raises ProfileError."""
    return tuple(_goodput(tables, file))


def _goodput(tables: WorkloadFile, file: str) -> Iterator[Objective]:
    names = [table.name for table in tables.class_]
    for place, text in enumerate(tables.run.goodput or ()):
        key = f"run.goodput.{place}"
        for objective in _parsed(objectives_of, text, file, key):
            if objective.class_ not in (None, *names):
                why = f"no class is named {objective.class_!r}; there are: {', '.join(names)}"
                raise ProfileError(file, key, why)
            yield objective
    for number, table in enumerate(tables.class_):
        for place, text in enumerate(table.goodput or ()):
            key = f"class.{number}.goodput.{place}"
            for objective in _parsed(objectives_of, text, file, key):
                if objective.class_ is not None:
                    why = f"{text!r} stands in a class and is about it; leave '{objective.class_}:' out"
                    raise ProfileError(file, key, why)
                yield replace(objective, class_=table.name, text=f"class={table.name}: {objective.text}")


def _slos(tables: WorkloadFile, file: str) -> Iterator[Slo]:
    for place, text in enumerate(tables.run.slo or ()):
        yield _parsed(parse, text, file, f"run.slo.{place}")
    for number, table in enumerate(tables.class_):
        for place, text in enumerate(table.slo or ()):
            key = f"class.{number}.slo.{place}"
            slo = _parsed(parse, text, file, key)
            if slo.scope is not None:
                raise ProfileError(file, key, f"{text!r} stands in a class and is about it; leave '{slo.scope}:' out")
            yield slo.of_class(table.name)


def _parsed(read: Callable[[str], T], text: str, file: str, key: str) -> T:
    try:
        return read(text)
    except ValueError as error:
        raise ProfileError(file, key, str(error)) from None
