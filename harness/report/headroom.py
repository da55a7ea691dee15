"""What is left of rate limits, by what answers said of them."""

from collections.abc import Iterator, Mapping
from typing import Final

from .view import Headroom

UNITS: Final = ("requests", "tokens")


def headroom_of(limits: Mapping[str, Mapping[str, str]]) -> Iterator[Headroom]:
    """Model by model, of the `x-ratelimit-*` headers of each without that prefix; what is no number is left out."""
    for model, headers in sorted(limits.items()):
        for unit in UNITS:
            left = _whole(headers.get(f"remaining-{unit}"))
            if left is not None:
                yield Headroom(model=model, unit=unit, left=left, limit=_whole(headers.get(f"limit-{unit}")))


def _whole(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() else None
