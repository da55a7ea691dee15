"""What a server says of asking again: waits that it names, and when its limits are full again."""

import email.utils
import math
import re
from collections.abc import Mapping
from typing import Final

_DURATION: Final = re.compile(r"(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?")
_UNITS_MS: Final = (3_600_000.0, 60_000.0, 1_000.0, 1.0)


def told_wait_ms(headers: Mapping[str, str]) -> float | None:
    """The wait that the server asks for: `retry-after-ms`, else `retry-after` in seconds or as a date.

    A date is compared with the answer's own Date, so that the clocks of the two sides do not matter. None where there
    is no such header, or one that names no wait.
    """
    told_ms = _positive(headers.get("retry-after-ms"))
    if told_ms is not None:
        return told_ms
    after = headers.get("retry-after")
    told_s = _positive(after)
    if told_s is None:
        told_s = _until(after, headers.get("date"))
    return None if told_s is None else told_s * 1000


def reset_wait_ms(headers: Mapping[str, str]) -> float | None:
    """When the limits that have nothing left are full again, by `x-ratelimit-remaining-*` and `x-ratelimit-reset-*`.

    That is longer than the next request needs, and all that these headers tell. None where nothing is used up.
    """
    resets = [
        _duration_ms(headers.get(f"x-ratelimit-reset-{unit}", ""))
        for unit in ("requests", "tokens")
        if headers.get(f"x-ratelimit-remaining-{unit}") == "0"
    ]
    return max((reset for reset in resets if reset is not None), default=None)


def _duration_ms(text: str) -> float | None:
    """A duration as the API writes it: 6m0s, 1.5s, 20ms."""
    found = _DURATION.fullmatch(text)
    if found is None or not any(found.groups()):
        return None
    return sum(float(count) * unit for count, unit in zip(found.groups("0"), _UNITS_MS, strict=True))


def _positive(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if 0 < value < math.inf else None


def _until(date: str | None, now: str | None) -> float | None:
    try:
        then, answered = (email.utils.parsedate_to_datetime(text or "") for text in (date, now))
        seconds = (then - answered).total_seconds()
    except (TypeError, ValueError):
        return None
    return seconds if seconds > 0 else None
