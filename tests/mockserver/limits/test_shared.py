"""What only the store in Redis has to do: be shared, be lost, be found again."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator

import pytest
from redis import Redis

from mockserver.limits import Budget, Claim, Decision, OnLoss, Pool, PoolLimits
from mockserver.limits.shared import RedisStore

from ..redis_server import RedisServer
from .stores import Till, claim, fresh, till

PATIENCE_S = 20


@pytest.fixture
def mortal() -> Iterator[RedisServer]:
    """A Redis to kill."""
    with RedisServer() as server:
        yield server


def opened(url: str, on_loss: OnLoss = "open", *, speed: float = 1.0) -> RedisStore:
    return RedisStore(url, on_loss=on_loss, speed=speed)


def until(mine: Till, asked: Claim, admitted: bool) -> Decision:
    """Ask until the answer comes from Redis again: the store tries once a second."""

    async def asking() -> Decision:
        while True:
            decision = await mine.store.admit(asked, 0.0)
            if decision.taken and decision.admitted is admitted:
                return decision
            await asyncio.sleep(0.05)

    return mine.run(asyncio.wait_for(asking(), PATIENCE_S))


def test_two_servers_share_what_is_taken_spent_and_open(redis: RedisServer) -> None:
    limits = PoolLimits(rpd=5, concurrent=4)
    pools, budget = (Pool(fresh(), limits),), Budget(fresh(), 1.0)
    asked = Claim(pools, 1, (budget,))
    with till(lambda: opened(redis.url)) as mine, till(lambda: opened(redis.url)) as other:
        leases = [each.ask(asked, 0.0).lease for each in (mine, other, mine, other)]
        assert len(set(leases)) == 4
        assert [each.ask(asked, 0.0).refused for each in (mine, other)] == ["concurrent", "concurrent"]
        for lease in leases:
            mine.run(mine.store.release(pools, lease or ""))
        assert [each.ask(asked, 0.0).refused for each in (other, mine)] == [None, "rpd"]
        other.run(other.store.spend([budget.name], 1.0))
        assert mine.ask(asked, 0.0).refused == "quota"


def test_it_goes_by_the_clock_of_redis_and_the_speed(redis: RedisServer) -> None:
    asked = claim(1, (fresh(), PoolLimits(rpm=1)))
    with till(lambda: opened(redis.url, speed=600)) as mine:
        assert mine.ask(asked, 0.0).admitted
        refused = mine.ask(asked, 1e9)
        assert refused.refused == "rpm"
        until(mine, asked, admitted=True)


def test_full_pools_leave_nothing_behind(redis: RedisServer) -> None:
    name = fresh()
    with till(lambda: opened(redis.url)) as mine, Redis.from_url(redis.url) as inside:
        mine.ask(claim(1, (name, PoolLimits(rpm=60_000, concurrent=5))), 0.0)
        lives_ms = [inside.pttl(key) for key in inside.scan_iter(f"*{name}*")]
    assert len(lives_ms) == 2
    assert all(0 < ms <= 31_000 for ms in lives_ms)


def test_what_a_killed_server_had_open_counts_no_longer_than_its_lease(redis: RedisServer) -> None:
    """As seen by Redis: the other server's lease is in the past, as it is half a minute after it was renewed last."""
    name = fresh()
    asked = claim(1, (name, PoolLimits(concurrent=1)))
    with till(lambda: opened(redis.url)) as mine, Redis.from_url(redis.url) as inside:
        inside.zadd(f"dummyload:open:{name}", {"killed:1": 1.0})
        assert mine.ask(asked, 0.0).admitted
        assert mine.ask(asked, 0.0).refused == "concurrent"


@pytest.mark.parametrize(("on_loss", "refused"), [("open", None), ("closed", "store")])
def test_a_lost_redis_is_said_once_and_found_again(
    mortal: RedisServer, caplog: pytest.LogCaptureFixture, on_loss: OnLoss, refused: str | None
) -> None:
    asked = claim(1, (fresh(), PoolLimits(rpd=1)))
    with till(lambda: opened(mortal.url, on_loss)) as mine:
        assert mine.ask(asked, 0.0).admitted
        assert mine.ask(asked, 0.0).refused == "rpd"
        mortal.kill()
        assert [mine.ask(asked, 0.0).refused for _ in range(20)] == [refused] * 20
        assert mine.ask(asked, 0.0).states == []
        (lost,) = [record.getMessage() for record in caplog.records]
        assert lost.startswith(f"rate limits: no answer from redis at 127.0.0.1:{mortal.port} (")
        assert ("all requests are admitted" if on_loss == "open" else "requests get 503") in lost
        mortal.start()
        until(mine, asked, admitted=True)
        until(mine, asked, admitted=False)
    assert [record.getMessage() for record in caplog.records][1:] == [
        f"rate limits: redis at 127.0.0.1:{mortal.port} is back"
    ]


def test_a_redis_that_hangs_holds_nobody_up_for_long(mortal: RedisServer) -> None:
    asked = claim(1, (fresh(), PoolLimits(rpd=1)))
    with till(lambda: opened(mortal.url, "closed")) as mine:
        mine.ask(asked, 0.0)
        mortal.freeze()

        async def many() -> list[Decision]:
            asking = (mine.store.admit(asked, 0.0) for _ in range(200))
            return await asyncio.wait_for(asyncio.gather(*asking), PATIENCE_S)

        assert {decision.refused for decision in mine.run(many())} == {"store"}


def test_a_redis_that_was_never_there_is_only_said_to_be_lost(caplog: pytest.LogCaptureFixture) -> None:
    with till(lambda: opened("redis://user:secret@127.0.0.1:1/0")) as mine:
        assert mine.ask(claim(1, (fresh(), PoolLimits(rpd=1))), 0.0).admitted
    assert "secret" not in caplog.text
    assert "redis at 127.0.0.1:1" in caplog.text


PROGRAM = """
import asyncio, sys
from mockserver.limits import Claim, Pool, PoolLimits
from mockserver.limits.shared import RedisStore

async def ask(url, name, requests):
    store = RedisStore(url)
    asked = Claim((Pool(name, PoolLimits(rpd=1_000)),), 1)
    sys.stdin.readline()
    decisions = await asyncio.gather(*(store.admit(asked, 0.0) for _ in range(requests)))
    await store.close()
    print(sum(decision.admitted for decision in decisions))

asyncio.run(ask(sys.argv[1], sys.argv[2], int(sys.argv[3])))
"""


def test_four_processes_admit_what_one_admits_to_the_request(redis: RedisServer) -> None:
    """1,000 a day refill one in 86 s: less than one while the test runs."""
    command = [sys.executable, "-c", PROGRAM, redis.url, fresh(), "400"]
    processes = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    admitted = [int(process.communicate(timeout=PATIENCE_S)[0]) for process in processes]
    assert sum(admitted) == 1_000


def test_the_script_takes_what_the_store_asks(redis: RedisServer) -> None:
    """Not all that JSON can say is in every question: no budgets, no pools, no limits."""
    with till(lambda: opened(redis.url)) as mine:
        assert mine.ask(claim(5), 0.0).admitted
        assert mine.ask(claim(5, (fresh(), PoolLimits())), 0.0).admitted
        mine.run(mine.store.settle((), 5, 0.0))
        mine.run(mine.store.spend([], 5.0))
