"""What a decision costs that a Redis keeps: one at a time, and many at once."""

import asyncio
import contextlib
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from redis.asyncio import Redis

from mockserver.limits import Claim, Pool, PoolLimits
from mockserver.limits.shared import RedisStore

from ..rig.processes import cores, pinned
from ..row import Benchmark, Row, Sample

CLAIM: Final = Claim((Pool("bench", PoolLimits(rpm=10**9, tpm=10**12)),), 100)
AT_ONCE: Final = 64
_PING: Final = "PING, one at a time"


def _measure(quick: bool) -> Sequence[Sample]:
    calls = 64 if quick else 6_400
    server_core, client_core = cores()
    with (
        tempfile.TemporaryDirectory() as folder,
        _redis(Path(folder) / "redis.sock", server_core) as address,
        pinned(client_core),
    ):
        return asyncio.run(_decided(address, calls))


async def _decided(address: str, calls: int) -> Sequence[Sample]:
    redis, store = Redis.from_url(address), RedisStore(address)
    try:
        ping = await _us(redis.ping, calls)
        alone = await _us(lambda: store.admit(CLAIM, 0.0), calls)
        together = await _us(
            lambda: asyncio.gather(*(store.admit(CLAIM, 0.0) for _ in range(AT_ONCE))), calls // AT_ONCE
        )
    finally:
        await store.close()
        await redis.aclose()
    return Sample(alone, ping), Sample(together / AT_ONCE, ping)


async def _us(ask: Callable[[], Awaitable[object]], calls: int) -> float:
    """Microseconds from a question to its answer; the first one, which connects, does not count."""
    await ask()
    begin_s = time.perf_counter()
    for _ in range(calls):
        await ask()
    return (time.perf_counter() - begin_s) / calls * 1e6


@contextlib.contextmanager
def _redis(socket: Path, core: int) -> Iterator[str]:
    """The address of a Redis in memory on `core`."""
    command = ("redis-server", "--port", "0", "--unixsocket", str(socket), "--save", "")
    with pinned(core):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    with process:
        try:
            assert process.stdout is not None
            for line in process.stdout:
                if "eady to accept connections" in line:
                    break
            yield f"unix://{socket}"
        finally:
            process.terminate()


SHARED_LIMITER: Final = Benchmark(
    name="shared-limiter",
    method=(
        "6,400 decisions of the store in Redis about requests and tokens, on a Unix socket; Redis and the store on a "
        f"core each. From the question to the answer, one at a time; and by {AT_ONCE} that ask at once, per decision. "
        "Reference: a PING through the same client. Needs Debian's redis-server."
    ),
    rows=(
        Row(name="limiter, Redis: one at a time", unit="us", reference=_PING),
        Row(name=f"limiter, Redis: one of {AT_ONCE} at once", unit="us", reference=_PING),
    ),
    measure=_measure,
    repeats=5,
)
