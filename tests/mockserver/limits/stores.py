"""Stores under test, driven from plain functions in instants of the test's own."""

import asyncio
import itertools
import uuid
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from mockserver.limits import Budget, Claim, Decision, Pool, PoolLimits, Store

EPOCH_S = 1_760_000_000.0
"""An instant as large as those of the simulated clock, whose floats are a quarter of a microsecond apart."""

Result = TypeVar("Result")
_NUMBERS = itertools.count()


def fresh(name: str = "pool") -> str:
    """A name that no test used before: Redis keeps what was taken from others."""
    return f"{name}-{uuid.uuid4().hex}-{next(_NUMBERS)}"


class Till:
    """A store with an event loop around it; `admit` asks about a pool that nobody else knows unless it is named."""

    def __init__(self, runner: asyncio.Runner, store: Store) -> None:
        self._runner = runner
        self.store = store
        self._own = fresh()

    def admit(self, limits: PoolLimits, tokens: int, now: float, name: str = "") -> Decision:
        return self.ask(Claim((Pool(f"{self._own}{name}", limits),), tokens), now)

    def ask(self, claim: Claim, now: float) -> Decision:
        return self.run(self.store.admit(claim, now))

    def run(self, doing: Coroutine[Any, Any, Result]) -> Result:
        return self._runner.run(doing)


@contextmanager
def till(make: Callable[[], Store]) -> Iterator[Till]:
    """A till around a new store, closed afterwards."""
    with asyncio.Runner() as runner:

        async def made() -> Store:
            return make()

        store = runner.run(made())
        try:
            yield Till(runner, store)
        finally:
            runner.run(store.close())


def claim(tokens: int = 1, *pools: tuple[str, PoolLimits], budgets: tuple[Budget, ...] = ()) -> Claim:
    return Claim(tuple(Pool(name, limits) for name, limits in pools), tokens, budgets)
