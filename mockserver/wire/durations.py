"""Durations as the API writes them: Go's notation, cut off below the millisecond ("6ms", "8.64s", "1m13.588s")."""

import re
from typing import Final

_ROUNDING_MS = 1e-3
_PART: Final = re.compile(r"(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|ns)")
_SECONDS: Final = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}


def go_duration(seconds: float) -> str:
    """`seconds` in Go's notation, truncated to whole milliseconds; "0s" for less than one, or for a negative value.

    A microsecond is added before cutting: a float a hair below a whole millisecond means that millisecond.
    """
    total_ms = whole_ms(seconds)
    if total_ms == 0:
        return "0s"
    if total_ms < 1000:
        return f"{total_ms}ms"
    minutes, rest_ms = divmod(total_ms, 60_000)
    text = f"{_trimmed(rest_ms)}s"
    if minutes:
        hours, minutes = divmod(minutes, 60)
        text = f"{minutes}m{text}"
        if hours:
            text = f"{hours}h{text}"
    return text


def whole_ms(seconds: float) -> int:
    """The whole milliseconds in `seconds`, never negative; see `go_duration` for the rounding."""
    return max(0, int(seconds * 1000 + _ROUNDING_MS))


def seconds_of(text: str) -> float | None:
    """The seconds of a duration in Go's notation, None when it is none."""
    parts = list(_PART.finditer(text))
    if not parts or "".join(part[0] for part in parts) != text:
        return None
    return sum(float(part[1]) * _SECONDS[part[2]] for part in parts)


def _trimmed(ms: int) -> str:
    """Seconds with up to three decimals and no trailing zero."""
    whole, fraction = divmod(ms, 1000)
    return f"{whole}.{fraction:03d}".rstrip("0").rstrip(".")
