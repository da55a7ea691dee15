"""The store of several servers: what was taken, in Redis.

One Lua script judges and debits; what it says was taken before is judged here once more, by the same arithmetic on the
same doubles, for the figures of the answer. It goes by Redis's own clock, unless the caller's is asked for.
"""

import asyncio
import contextlib
import itertools
import math
import secrets
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any, Final

import orjson
from redis.asyncio import Redis

from .admission import LOAN_S, NOTHING, judge
from .claim import Claim, Pool, PoolLimits
from .courier import Courier
from .decision import Decision, Lease, Refused, Taken
from .lifeline import Lifeline, OnLoss

_PREFIX: Final = "dummyload:"
_KEPT_MS: Final = 1_000
"""How much longer a key lives than it says anything: rounding."""
_LEASE_S: Final = 30.0
"""How long the open requests of a server count that was killed."""
_TIMEOUT_S: Final = 1.0
"""How long a request may hang on a Redis that does not answer, before `on_loss` decides."""
_TERMS: Final = {"loan_s": LOAN_S, "lease_s": _LEASE_S, "kept_ms": _KEPT_MS}


class RedisStore:
    """What was taken, in the Redis at `url`, shared by all servers with that address.

    `on_loss` is what happens to requests while it cannot be reached, or does not answer within `timeout_s`.
    `own_clock`: the callers' instants are ignored. Raises ValueError when `url` is none.
    """

    def __init__(
        self,
        url: str,
        *,
        speed: float = 1.0,
        on_loss: OnLoss = "open",
        own_clock: bool = True,
        timeout_s: float = _TIMEOUT_S,
    ) -> None:
        redis = Redis.from_url(url, socket_timeout=timeout_s, socket_connect_timeout=timeout_s, decode_responses=True)
        self._lifeline = Lifeline(_place(redis.connection_pool.connection_kwargs), on_loss)
        script = resources.files(__package__).joinpath("shared.lua").read_text()
        self._courier = Courier(redis, script, self._lifeline)
        self._speed = speed
        self._own_clock = own_clock
        self._server = secrets.token_hex(6)
        self._numbers = itertools.count()
        self._open: dict[Lease, Sequence[Pool]] = {}
        self._renewing: asyncio.Task[None] | None = None

    async def admit(self, claim: Claim, now: float) -> Decision:
        """See `Store`."""
        limited = any(pool.limits.concurrent is not None for pool in claim.pools)
        lease = f"{self._server}:{next(self._numbers)}"
        answer = await self._ask(
            "admit",
            claim.pools,
            [budget.name for budget in claim.budgets],
            now=now,
            tokens=claim.tokens,
            budgets=[budget.usd for budget in claim.budgets],
            lease=lease,
        )
        if answer is None:
            refused: Refused | None = "store" if self._lifeline.on_loss == "closed" else None
            return Decision(claim._replace(pools=()), [], refused)
        verdict, refuses, opened, *numbers = answer
        decision = self._decision(claim, verdict, int(refuses) - 1, int(opened), _by_slot(claim.pools, numbers))
        if decision.refused is not None or not limited:
            return decision
        self._open[lease] = claim.pools
        if self._renewing is None:
            self._renewing = asyncio.create_task(self._renew())
        return decision._replace(lease=lease)

    async def release(self, pools: Sequence[Pool], lease: Lease) -> None:
        """See `Store`."""
        self._open.pop(lease, None)
        await self._ask("release", pools, lease=lease)

    async def settle(self, pools: Sequence[Pool], tokens: int, now: float) -> None:
        """See `Store`."""
        await self._ask("settle", pools, now=now, tokens=tokens)

    async def spend(self, budgets: Sequence[str], usd: float) -> None:
        """See `Store`."""
        await self._ask("spend", (), budgets, usd=usd, budgets=[0] * len(budgets))

    async def reset(self) -> None:
        """See `Store`; for all servers that share it."""
        self._open.clear()
        await self._courier.forget(f"{_PREFIX}*")

    def describe(self) -> str:
        """See `Store`."""
        return self._lifeline.where

    async def close(self) -> None:
        """See `Store`."""
        if self._renewing is not None:
            self._renewing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._renewing
        await self._courier.close()

    @staticmethod
    def _decision(claim: Claim, verdict: str, refuses: int, opened: int, taken: Sequence[Taken]) -> Decision:
        match verdict:
            case "quota":
                return Decision(claim, taken, "quota")
            case "concurrent":
                limit = claim.pools[refuses].limits.concurrent or 0
                return Decision(claim, taken, "concurrent", refuses, limit, opened, 1)
        # The script's word holds: whether a loan was given does not hang on how two sides round.
        return judge(claim, taken, [0.0] * len(taken), math.inf if verdict == "admitted" else 0.0)

    async def _ask(
        self, op: str, pools: Sequence[Pool], named: Sequence[str] = (), *, now: float = 0.0, **what: Any
    ) -> list[str] | None:
        """The script's answer; None when Redis cannot be reached."""
        asked = {"op": op, **_TERMS, "pools": [self._pool(pool.limits) for pool in pools], **what}
        if not self._own_clock:
            asked["now"] = now / self._speed
        keys = [f"{_PREFIX}{kind}:{pool.name}" for pool in pools for kind in ("taken", "open")]
        keys += [f"{_PREFIX}spent:{name}" for name in named]
        return await self._courier.ask(keys, orjson.dumps(asked))

    def _pool(self, limits: PoolLimits) -> dict[str, Any]:
        """A pool's limits as the script reads them; it takes what is not there for no limit."""
        buckets = [
            {
                "dimension": bucket.dimension,
                "per_s": bucket.per_s * self._speed,
                "capacity": bucket.capacity,
                "counts_requests": bucket.counts_requests,
            }
            for bucket in limits.buckets
        ]
        pool = {"buckets": buckets, "refused_debits": limits.refused_debits}
        return pool if limits.concurrent is None else {**pool, "concurrent": limits.concurrent}

    async def _renew(self) -> None:
        """Keep what is open counted, for as long as this server lives."""
        while True:
            await asyncio.sleep(_LEASE_S / 3)
            for lease, pools in list(self._open.items()):
                await self._ask("renew", pools, lease=lease)


def _by_slot(pools: Sequence[Pool], numbers: Sequence[str]) -> list[Taken]:
    """What was taken from each pool, by the slots of its buckets, which is how the script does not know them."""
    following = iter(numbers)
    found: list[Taken] = []
    for pool in pools:
        taken = list(NOTHING)
        for bucket in pool.limits.buckets:
            taken[bucket.slot] = float(next(following))
        found.append(taken)
    return found


def _place(parameters: Mapping[str, Any]) -> str:
    """Where a Redis is, without the password that its address may hold."""
    path = parameters.get("path")
    return f"redis at {path or '{}:{}'.format(parameters.get('host', 'localhost'), parameters.get('port', 6379))}"
