"""Time spans as text: 90, 60s, 5m, 1h30m."""

import math
import re
from typing import Final

_UNITS_S: Final = {"h": 3600, "m": 60, "s": 1}
_SPAN: Final = re.compile(r"(?:(?P<h>\d+)h)?(?:(?P<m>\d+)m)?(?:(?P<s>\d+(?:\.\d+)?)s?)?")
_PLAIN_SECONDS_BELOW: Final = 120


def seconds_of(text: str) -> float:
    """A time span in seconds, as Locust writes it: "90", "60s", "5m", "1h30m". Raises ValueError for anything else."""
    found = _SPAN.fullmatch(text.strip())
    if found is None or not any(found.groups()):
        raise ValueError(f"{text!r} is not a time span; write 60s, 5m or 1h30m")
    span_s = sum(float(count) * _UNITS_S[unit] for unit, count in found.groupdict().items() if count)
    if span_s == math.inf:
        raise ValueError("a time span of that many digits has no end; write 60s, 5m or 1h30m")
    return span_s


def span_text(span_s: float) -> str:
    """The shortest text that `seconds_of` reads as that span: "90s", "5m", "1h30m"."""
    if span_s < _PLAIN_SECONDS_BELOW:
        return f"{_number(span_s)}s"
    hours, rest_s = divmod(span_s, 3600)
    minutes, left_s = divmod(rest_s, 60)
    parts = ((f"{hours:.0f}", "h"), (f"{minutes:.0f}", "m"), (_number(left_s), "s"))
    return "".join(f"{count}{unit}" for count, unit in parts if count != "0")


def range_text(start_s: float, end_s: float) -> str:
    """From when to when: "0-60s", "60-90s", "90s-5m"."""
    start, end = span_text(start_s), span_text(end_s)
    bare = start[:-1] if start_s == 0 or end_s < _PLAIN_SECONDS_BELOW else start
    return f"{bare}-{end}"


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")
