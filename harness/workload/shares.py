"""Which class a session is of, and which sessions ask what an earlier one asked."""

from collections.abc import Sequence
from functools import lru_cache
from random import Random
from typing import Final

_STRATA: Final = 20
_LOOKS: Final = 8
"""How many stretches of earlier sessions are looked through for one of the same class: a rare class repeats less."""


def draw_class(shares: Sequence[float], *, seed: int, index: int) -> int:
    """The number of the class of session `index`, with a probability proportional to its share.

    Stratified: of every 20 sessions in a row one falls into each twentieth of the shares, in shuffled order, so that a
    short run has the shares it was asked for.
    """
    if len(shares) == 1:
        return 0
    block, place = divmod(index, _STRATA)
    return _at(shares, _points(seed, block)[place])


def draw_original(shares: Sequence[float], repeat: float, *, seed: int, index: int) -> int:
    """The session whose words session `index` asks: itself, or with probability `repeat` an earlier one of its class.

    The earlier one may have repeated a still earlier one: it is the first that is meant.
    """
    own = draw_class(shares, seed=seed, index=index)
    while True:
        rng = Random(f"{seed}/repeat/{index}")
        earlier = _earlier(shares, own, seed, index, rng) if rng.random() < repeat else None
        if earlier is None:
            return index
        index = earlier


def _earlier(shares: Sequence[float], own: int, seed: int, index: int, rng: Random) -> int | None:
    for _ in range(_LOOKS):
        block = rng.randrange(index // _STRATA + 1)
        drawn = enumerate(_block(shares, seed, block), start=block * _STRATA)
        found = [number for number, one in drawn if one == own and number < index]
        if found:
            return rng.choice(found)
    return None


def _block(shares: Sequence[float], seed: int, block: int) -> list[int]:
    """The classes of 20 sessions in a row."""
    return [_at(shares, point) for point in _points(seed, block)]


@lru_cache(maxsize=64)  # sessions are begun nearly in order, and each of 20 asks for the same
def _points(seed: int, block: int) -> tuple[float, ...]:
    """Where in all of the shares, from 0 to 1, each of 20 sessions in a row lies."""
    rng = Random(f"{seed}/class/{block}")
    strata, within = rng.sample(range(_STRATA), _STRATA), rng.random()
    return tuple((stratum + within) / _STRATA for stratum in strata)


def _at(shares: Sequence[float], point: float) -> int:
    left = point * sum(shares)
    for number, share in enumerate(shares):
        left -= share
        if left < 0:
            return number
    return len(shares) - 1
