"""Goodput for a person: how many requests were complete and kept their objectives."""

from collections.abc import Iterator, Mapping
from typing import Any

from ..measure.goodput import Goodput
from ..measure.summary import Summary
from .numbers import DASH, rate


def goodput_line(summary: Summary) -> Iterator[str]:
    """Share, interval and rate, and what the objectives were; nothing where requests had none."""
    good = summary.whole.goodput
    if good is not None:
        yield f"goodput: {good_share(good)}{_interval(good)}, {rate(good.per_s)}/s complete within {kept(summary.run)}"


def good_share(good: Goodput | None) -> str:
    """The share: "98.21%"."""
    return DASH if good is None or good.share is None else f"{good.share:.2%}"


def good_rate(good: Goodput | None) -> str:
    """The rate: "3.1"."""
    return rate(None if good is None else good.per_s)


def kept(run: Mapping[str, Any]) -> str:
    """The objectives of a run, as they were given."""
    return "; ".join(run.get("goodput", ()))


def _interval(good: Goodput) -> str:
    return "" if good.ci is None else f" ({good.ci[0]:.2%} to {good.ci[1]:.2%})"
