"""The SLOs of a workload: those of its [run] and those of its classes."""

from collections.abc import Iterator

from profiles import ProfileError
from profiles.schema.workload import WorkloadFile

from ..gate.slo import Slo, parse


def read_slos(tables: WorkloadFile, file: str) -> tuple[Slo, ...]:
    """What a workload is held against, the SLOs of the whole first. Raises ProfileError."""
    return tuple(_slos(tables, file))


def _slos(tables: WorkloadFile, file: str) -> Iterator[Slo]:
    for place, text in enumerate(tables.run.slo or ()):
        yield _parsed(text, file, f"run.slo.{place}")
    for number, table in enumerate(tables.class_):
        for place, text in enumerate(table.slo or ()):
            key = f"class.{number}.slo.{place}"
            slo = _parsed(text, file, key)
            if slo.scope is not None:
                raise ProfileError(file, key, f"{text!r} stands in a class and is about it; leave '{slo.scope}:' out")
            yield slo.of_class(table.name)


def _parsed(text: str, file: str, key: str) -> Slo:
    try:
        return parse(text)
    except ValueError as error:
        raise ProfileError(file, key, str(error)) from None
