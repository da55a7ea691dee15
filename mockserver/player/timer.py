"""One timer that wakes an event loop at an instant of `time.monotonic`.

uvloop's own timers count whole milliseconds of a clock that it reads once an iteration: they fire up to 0.8 ms early.
A Linux timerfd is exact to a few microseconds and costs one system call per setting. It is never read: setting it anew
also takes back that it was readable. Where there is none (macOS), the loop's timer does, rounded up.
"""

import asyncio
import ctypes
import math
import os
import time
from collections.abc import Callable, Sequence
from typing import Final, Protocol

_CLOCK_MONOTONIC: Final = 1
_NONBLOCK_CLOEXEC: Final = os.O_NONBLOCK | getattr(os, "O_CLOEXEC", 0)
_ABSOLUTE: Final = 1
_NS_PER_S: Final = 1_000_000_000
_LATEST_S: Final = 9e9
"""In nanoseconds still a number of 63 bits. Who waits for longer is asked again then."""
_LOOP_TIMER_STEP_S: Final = 0.001

OnFire = Callable[[], None]


class Timer(Protocol):
    """Calls back once at the instant it was last set to."""

    def set(self, at: float) -> None:
        """Fire at `at` (monotonic seconds), at once if that is past. Replaces the instant set before."""

    def clear(self) -> None:
        """Do not fire."""

    def close(self) -> None:
        """Give the timer back. It is not used again."""


OpenTimer = Callable[[asyncio.AbstractEventLoop, OnFire], Timer]


class _TimerFd:
    """A timerfd watched by the loop. It stays readable, and fires in every iteration, until it is set or cleared."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, on_fire: OnFire, fd: int, set_ns: Callable[[int, int], None]
    ) -> None:
        self._loop = loop
        self._fd = fd
        self._set_ns = set_ns
        loop.add_reader(fd, on_fire)

    def set(self, at: float) -> None:
        self._set_ns(self._fd, math.ceil(min(at, _LATEST_S) * _NS_PER_S))

    def clear(self) -> None:
        self._set_ns(self._fd, 0)

    def close(self) -> None:
        self._loop.remove_reader(self._fd)
        os.close(self._fd)


class LoopTimer:
    """The loop's own timer, told to be late rather than early by what it rounds away."""

    def __init__(self, loop: asyncio.AbstractEventLoop, on_fire: OnFire) -> None:
        self._loop = loop
        self._on_fire = on_fire
        self._handle: asyncio.TimerHandle | None = None

    def set(self, at: float) -> None:
        self.clear()
        steps = math.ceil((at - time.monotonic()) / _LOOP_TIMER_STEP_S)
        self._handle = self._loop.call_later(max(steps, 0) * _LOOP_TIMER_STEP_S, self._on_fire)

    def clear(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def close(self) -> None:
        self.clear()


def native_timerfd(loop: asyncio.AbstractEventLoop, on_fire: OnFire) -> Timer:
    """A timerfd by Python's own functions (3.13 on Linux). Raises OSError where there are none."""
    create: Callable[..., int] | None = getattr(os, "timerfd_create", None)
    settime: Callable[..., object] | None = getattr(os, "timerfd_settime_ns", None)
    if create is None or settime is None:
        raise OSError("this Python has no os.timerfd_create")

    def set_ns(fd: int, at_ns: int) -> None:
        settime(fd, flags=_ABSOLUTE, initial=at_ns)

    return _TimerFd(loop, on_fire, create(_CLOCK_MONOTONIC, flags=_NONBLOCK_CLOEXEC), set_ns)


class _Timespec(ctypes.Structure):
    _fields_ = (("tv_sec", ctypes.c_long), ("tv_nsec", ctypes.c_long))


class _Itimerspec(ctypes.Structure):
    _fields_ = (("it_interval", _Timespec), ("it_value", _Timespec))


def ctypes_timerfd(loop: asyncio.AbstractEventLoop, on_fire: OnFire) -> Timer:
    """A timerfd by the C library's functions. Raises OSError where there are none."""
    libc = ctypes.CDLL(None, use_errno=True)
    try:
        create, settime = libc.timerfd_create, libc.timerfd_settime
    except AttributeError:
        raise OSError("this C library has no timerfd_create") from None
    settime.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
    setting = _Itimerspec()
    address = ctypes.addressof(setting)
    value = setting.it_value  # a view: it also keeps the memory behind `address` alive

    def set_ns(fd: int, at_ns: int) -> None:
        value.tv_sec, value.tv_nsec = divmod(at_ns, _NS_PER_S)
        if settime(fd, _ABSOLUTE, address, None) < 0:
            raise OSError(ctypes.get_errno(), "timerfd_settime failed")

    fd = create(_CLOCK_MONOTONIC, _NONBLOCK_CLOEXEC)
    if fd < 0:
        raise OSError(ctypes.get_errno(), "timerfd_create failed")
    return _TimerFd(loop, on_fire, fd, set_ns)


PREFERENCE: Final[Sequence[OpenTimer]] = (native_timerfd, ctypes_timerfd, LoopTimer)


def open_timer(loop: asyncio.AbstractEventLoop, on_fire: OnFire, preference: Sequence[OpenTimer] = PREFERENCE) -> Timer:
    """The first timer of `preference` that this platform has."""
    for kind in preference[:-1]:
        try:
            return kind(loop, on_fire)
        except OSError:
            continue
    return preference[-1](loop, on_fire)
