import asyncio
import ctypes
import os
import sys
import time
from collections.abc import Callable

import pytest
import uvloop

from mockserver.player.timer import (
    LoopTimer,
    OpenTimer,
    Timer,
    ctypes_timerfd,
    native_timerfd,
    open_timer,
)

LOOPS = {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}
TOLERANCE_S = 0.0001
UVLOOP_ROUNDING_S = 0.001

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="timerfd is a Linux system call")


def fires(kind: OpenTimer, loop: str, use: Callable[[Timer], None]) -> list[float]:
    """When a timer of `kind` fired, on a loop of that name, while `use` and then a last firing ran."""

    async def watch() -> list[float]:
        fired: list[float] = []
        done = asyncio.Event()

        def on_fire() -> None:
            fired.append(time.monotonic())
            timer.clear()
            done.set()

        timer = kind(asyncio.get_running_loop(), on_fire)
        use(timer)
        await done.wait()
        timer.close()
        return fired

    with asyncio.Runner(loop_factory=LOOPS[loop]) as runner:
        return runner.run(watch())


@linux_only
@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("wait_s", [0.0001, 0.0013, 0.0151])
def test_a_timerfd_is_never_early(loop: str, wait_s: float) -> None:
    at = time.monotonic() + wait_s
    [fired] = fires(ctypes_timerfd, loop, lambda timer: timer.set(at))
    assert fired >= at - TOLERANCE_S


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("wait_s", [0.0001, 0.0013, 0.0151])
def test_a_loop_timer_is_early_by_no_more_than_the_loop_rounds(loop: str, wait_s: float) -> None:
    at = time.monotonic() + wait_s
    [fired] = fires(LoopTimer, loop, lambda timer: timer.set(at))
    assert fired >= at - UVLOOP_ROUNDING_S


KINDS = [pytest.param(ctypes_timerfd, marks=linux_only), LoopTimer]


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("kind", KINDS)
def test_an_instant_in_the_past_fires(kind: OpenTimer, loop: str) -> None:
    assert len(fires(kind, loop, lambda timer: timer.set(time.monotonic() - 1))) == 1


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_new_instant_replaces_the_old_one(kind: OpenTimer, loop: str) -> None:
    later = time.monotonic() + 0.03

    def set_twice(timer: Timer) -> None:
        timer.set(later - 0.025)
        timer.set(later)

    [fired] = fires(kind, loop, set_twice)
    assert fired >= later - UVLOOP_ROUNDING_S


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_cleared_timer_does_not_fire(kind: OpenTimer, loop: str) -> None:
    later = time.monotonic() + 0.03

    def set_clear_set(timer: Timer) -> None:
        timer.set(later - 0.025)
        timer.clear()
        asyncio.get_running_loop().call_later(0.015, timer.set, later)

    [fired] = fires(kind, loop, set_clear_set)
    assert fired >= later - UVLOOP_ROUNDING_S


@linux_only
def test_the_functions_of_newer_pythons_are_used_where_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    libc = ctypes.CDLL(None)
    armed_ns: list[int] = []

    def create(clock: int, *, flags: int) -> int:
        return int(libc.timerfd_create(clock, flags))

    def settime_ns(fd: int, *, flags: int, initial: int) -> None:
        armed_ns.append(initial)
        fields = (ctypes.c_long * 4)(0, 0, *divmod(initial, 10**9))
        libc.timerfd_settime(fd, flags, fields, None)

    monkeypatch.setattr(os, "timerfd_create", create, raising=False)
    monkeypatch.setattr(os, "timerfd_settime_ns", settime_ns, raising=False)
    at = time.monotonic() + 0.005
    [fired] = fires(native_timerfd, "uvloop", lambda timer: timer.set(at))
    assert fired >= at - TOLERANCE_S
    assert armed_ns[-1] == 0


def test_without_native_functions_the_c_library_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "timerfd_create", raising=False)
    with asyncio.Runner() as runner, pytest.raises(OSError, match=r"no os\.timerfd_create"):
        native_timerfd(runner.get_loop(), lambda: None)


def test_a_c_library_without_timerfd_is_an_os_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _name, use_errno: object())
    with asyncio.Runner() as runner, pytest.raises(OSError, match="no timerfd_create"):
        ctypes_timerfd(runner.get_loop(), lambda: None)


def test_the_first_timer_that_the_platform_has_is_taken() -> None:
    def missing(_loop: asyncio.AbstractEventLoop, _on_fire: Callable[[], None]) -> Timer:
        raise OSError("not here")

    with asyncio.Runner() as runner:
        timer = open_timer(runner.get_loop(), lambda: None, (missing, missing, LoopTimer))
        assert isinstance(timer, LoopTimer)
        timer.close()


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("kind", KINDS)
def test_an_instant_that_nobody_lives_to_see_does_no_harm(kind: OpenTimer, loop: str) -> None:
    def set_twice(timer: Timer) -> None:
        timer.set(1.2e19)
        timer.set(time.monotonic())

    assert len(fires(kind, loop, set_twice)) == 1
