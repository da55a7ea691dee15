"""Filling placeholders: `{{customer}}` becomes a value of the pool `customer`."""

import random
import re
from collections.abc import Mapping, Sequence

from profiles.schema.workload import PLACEHOLDER


class Details:
    """The details of one session: a placeholder has one value throughout, also inside the values of other pools.

    `{{name}}` and `{{name.1}}` are the same value; `{{name.2}}` is another one of the pool, as long as it has others.
    """

    def __init__(self, pools: Mapping[str, Sequence[str]], rng: random.Random) -> None:
        self._pools = pools
        self._rng = rng
        self._taken: dict[str, set[str]] = {}
        self._filled: dict[tuple[str, str], str] = {}

    def fill(self, text: str) -> str:
        """`text` with every placeholder replaced."""
        return PLACEHOLDER.sub(self._value, text)

    def _value(self, match: re.Match[str]) -> str:
        name, number = match.group(1), match.group(2) or "1"
        if (name, number) not in self._filled:
            self._filled[name, number] = self.fill(self._another(name))
        return self._filled[name, number]

    def _another(self, name: str) -> str:
        """A value that this session has not used yet, or any when it has used them all."""
        pool, taken = self._pools[name], self._taken.setdefault(name, set())
        value = self._rng.choice(pool)
        while value in taken and len(taken) < len(pool):
            value = self._rng.choice(pool)
        taken.add(value)
        return value
