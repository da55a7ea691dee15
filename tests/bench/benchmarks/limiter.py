"""What a decision of the limiter costs: levels in memory."""

import itertools
from collections.abc import Sequence
from typing import Final

from mockserver.limits import Claim, MemoryStore, Pool, PoolLimits

from ..rig.timing import us_per_await
from ..row import Benchmark, Row, Sample

LIMITS: Final = PoolLimits(rpm=60_000, tpm=60_000_000)
KEYS: Final = 100_000
DEBITED: Final = 10_000
"""Taken from every bucket at first: more than a loan, so that a whole bucket is refused while time stands still."""

_DICTIONARY: Final = "await that stores one value in a dict"
_ONE_KEY: Final = "one key, admitted"


def _measure(quick: bool) -> Sequence[Sample]:
    calls = 1000 if quick else 50_000
    stored, admitted = _stored_us(calls), _decided_us(["k"], tokens=10, step_s=0.1, calls=calls)
    rejected = _decided_us(["k"], tokens=LIMITS.tpm or 0, step_s=0.0, calls=calls)
    names = [f"k{number}" for number in range(KEYS // 100 if quick else KEYS)]
    many = _decided_us(names, tokens=10, step_s=0.1 / KEYS, calls=calls)
    return Sample(admitted, stored), Sample(rejected, stored), Sample(many, admitted)


def _decided_us(keys: Sequence[str], *, tokens: int, step_s: float, calls: int) -> float:
    """Microseconds a decision about these keys in turn, `step_s` from one decision to the next."""
    store, instants = MemoryStore(), itertools.count(0.0, step_s)
    us_per_await(store.admit, ((_claim(key, DEBITED), 0.0) for key in keys), len(keys))
    claims = [_claim(key, tokens) for key in keys]
    asked = ((claim, next(instants)) for claim in itertools.cycle(claims))
    return us_per_await(store.admit, asked, calls)


def _claim(key: str, tokens: int) -> Claim:
    return Claim((Pool(key, LIMITS),), tokens)


def _stored_us(calls: int) -> float:
    levels: dict[str, float] = {}

    async def store(key: str, now: float) -> None:
        levels[key] = now

    return us_per_await(store, (("k", float(now)) for now in itertools.count()), calls)


LIMITER: Final = Benchmark(
    name="limiter",
    method=(
        "A decision of the memory store about requests and tokens, awaited, best of five rounds of 50,000: one key "
        "with room, one key whose bucket cannot pay, and 100,000 keys in turn, all of them held. Reference: as many "
        "awaits that store a number."
    ),
    rows=(
        Row(name="limiter, memory: admitted", unit="us", goal=2, reference=_DICTIONARY),
        Row(name="limiter, memory: rejected", unit="us", goal=2, reference=_DICTIONARY),
        Row(name="limiter, memory: admitted, 100,000 keys", unit="us", goal=2, reference=_ONE_KEY),
    ),
    measure=_measure,
    repeats=5,
)
