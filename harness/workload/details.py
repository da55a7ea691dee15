"""Filling placeholders: `{{customer}}` becomes a value of the pool `customer`."""

import random
import re
from collections.abc import Mapping, Sequence

from profiles.schema.workload import PLACEHOLDER


class Details:
    """The details of one session, or of one composed text: a placeholder has one value throughout.

    `{{name}}` and `{{name.1}}` are the same value; `{{name.2}}` is another one of the pool, as long as it has others.
    """

    def __init__(self, pools: Mapping[str, Sequence[str]], rng: random.Random) -> None:
        self._pools = pools
        self._rng = rng
        self._chosen: dict[str, dict[str, str]] = {}

    def fill(self, text: str) -> str:
        """`text` with every placeholder replaced."""
        return PLACEHOLDER.sub(self._value, text)

    def _value(self, match: re.Match[str]) -> str:
        name, number = match.group(1), match.group(2) or "1"
        chosen = self._chosen.setdefault(name, {})
        if number not in chosen:
            chosen[number] = self._another(self._pools[name], set(chosen.values()))
        return chosen[number]

    def _another(self, pool: Sequence[str], taken: set[str]) -> str:
        value = self._rng.choice(pool)
        while value in taken and len(taken) < len(pool):
            value = self._rng.choice(pool)
        return value
