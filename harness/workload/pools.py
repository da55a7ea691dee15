"""Pools: the values that fill placeholders, made once before the run (Faker costs more than tokenising its words)."""

import datetime
import difflib
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from faker import Faker

from profiles import ProfileError
from profiles.schema.workload import PoolTable

Pools = Mapping[str, tuple[str, ...]]
_ONE_VALUE = (str, int, float, Decimal, datetime.date, datetime.time)


def build_pools(tables: Mapping[str, PoolTable], *, file: str, seed: int) -> Pools:
    """The different values of every pool, in a fixed order; each pool depends on the seed and its own name alone.

    Raises ProfileError for a formatter that Faker does not have, cannot call, or that gives no single value.
    """
    fake = Faker("en_US")
    pools: dict[str, tuple[str, ...]] = {}
    for name, table in tables.items():
        fake.seed_instance(f"{seed}/pools/{name}")
        values = table.choices or _formatted(table, fake, file, f"pools.{name}")
        pools[name] = tuple(dict.fromkeys(values))
    return pools


def _formatted(table: PoolTable, fake: Faker, file: str, at: str) -> Iterator[str]:
    formatter = _formatter(fake, table.faker or "", file, f"{at}.faker")
    for _ in range(table.size):
        try:
            value = formatter(**table.args)
        except Exception as error:  # whatever a formatter thinks of arguments it was not made for
            raise ProfileError(file, f"{at}.args", f"{table.faker} does not take these: {error}") from None
        if not isinstance(value, _ONE_VALUE):
            kind = type(value).__name__
            raise ProfileError(file, f"{at}.faker", f"{table.faker} gives a {kind}; take one that gives one value")
        yield str(value)


def _formatter(fake: Faker, name: str, file: str, key: str) -> Callable[..., Any]:
    known = {each for provider in fake.get_providers() for each in dir(provider) if each[0] != "_"}
    formatter: Callable[..., Any] | None = getattr(fake, name) if name in known else None
    if not callable(formatter):
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else "; see faker.readthedocs.io for what there is"
        raise ProfileError(file, key, f"Faker has no formatter {name!r}{hint}")
    return formatter
