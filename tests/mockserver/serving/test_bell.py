"""What a request's task waits on."""

import asyncio

import pytest

from mockserver.serving.protocol import Bell


@pytest.mark.anyio
async def test_whoever_waits_is_woken_and_who_comes_later_need_not_wait() -> None:
    bell = Bell()
    waiting = [asyncio.create_task(bell.wait()) for _ in range(2)]
    await asyncio.sleep(0)
    assert not any(task.done() for task in waiting)
    bell.set()
    bell.clear()
    await asyncio.gather(*waiting)
    bell.set()
    await bell.wait()


@pytest.mark.anyio
async def test_once_cleared_it_has_to_be_set_again() -> None:
    bell = Bell()
    bell.set()
    bell.clear()
    waiting = asyncio.create_task(bell.wait())
    await asyncio.sleep(0)
    assert not waiting.done()
    bell.set()
    await waiting


@pytest.mark.anyio
async def test_one_who_gave_up_is_not_woken() -> None:
    bell = Bell()
    waiting = asyncio.create_task(bell.wait())
    await asyncio.sleep(0)
    waiting.cancel()
    bell.set()
    await asyncio.gather(waiting, return_exceptions=True)
    assert waiting.cancelled()
