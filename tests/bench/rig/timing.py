"""Times short pieces of code in this process."""

import asyncio
import itertools
import time
import timeit
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any, Final

_ROUNDS: Final = 5


def us_per_call(call: Callable[[], object], calls: int) -> float:
    """Microseconds a call: the best of five rounds of `calls`, the collector off, as timeit does it."""
    return min(timeit.repeat(call, number=calls, repeat=_ROUNDS)) / calls * 1e6


def us_per_await(function: Callable[..., Awaitable[object]], arguments: Iterator[Sequence[Any]], calls: int) -> float:
    """The same of a coroutine function, called with arguments that are drawn before each round."""

    async def round_s(drawn: Sequence[Sequence[Any]]) -> float:
        begin_s = time.perf_counter()
        for each in drawn:
            await function(*each)
        return time.perf_counter() - begin_s

    rounds = (list(itertools.islice(arguments, calls)) for _ in range(_ROUNDS))
    return min(asyncio.run(round_s(drawn)) for drawn in rounds) / calls * 1e6
