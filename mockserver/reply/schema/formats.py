"""Strings of the formats that JSON Schema knows."""

import uuid
from collections.abc import Callable
from random import Random
from typing import Final


def _date(rng: Random) -> str:
    return f"2026-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"


def _time(rng: Random) -> str:
    return f"{rng.randint(8, 18):02d}:{rng.choice((0, 15, 30, 45)):02d}:00Z"


def _address(rng: Random) -> str:
    return f"192.0.2.{rng.randint(1, 254)}"


_FORMATS: Final[dict[str, Callable[[Random], str]]] = {
    "date-time": lambda rng: f"{_date(rng)}T{_time(rng)}",
    "date": _date,
    "time": _time,
    "duration": lambda rng: f"PT{rng.randint(1, 12)}H",
    "email": lambda rng: f"user{rng.randint(1, 99)}@example.com",
    "hostname": lambda rng: f"host{rng.randint(1, 99)}.example.com",
    "ipv4": _address,
    "ipv6": lambda rng: f"2001:db8::{rng.randint(1, 0xFFFF):x}",
    "uuid": lambda rng: str(uuid.UUID(int=rng.getrandbits(128), version=4)),
    "uri": lambda rng: f"https://example.com/{rng.randint(1, 999)}",
}


def formatted(name: str, rng: Random) -> str | None:
    """A string of the format; None for one that is not known."""
    make = _FORMATS.get(name)
    return None if make is None else make(rng)
