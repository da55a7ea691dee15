"""Figures as this page writes them."""

from collections.abc import Mapping
from typing import Any

from ..numbers import DASH, duration


def share(part: float, of: float) -> str:
    """A share in percent: "98.7%"; one that is not quite all or nothing is never rounded to it."""
    if not of:
        return DASH
    percent = 100 * part / of
    if 0 < percent < 0.1:
        return "<0.1%"
    if 99.9 < percent < 100:
        return ">99.9%"
    return f"{percent:.1f}%" if percent not in (0, 100) else f"{percent:.0f}%"


def count(number: int | None) -> str:
    """A whole number: "1,204"."""
    return DASH if number is None else f"{number:,}"


def usd(amount: float | None) -> str:
    """Dollars: "$2.30", of small sums "$0.0042"."""
    if amount is None:
        return DASH
    return f"${amount:,.2f}" if amount >= 1 else f"${amount:.4f}"


def measured(value: float | None, unit: str) -> str:
    """A figure in the unit of an objective."""
    if value is None:
        return DASH
    if unit == "ms":
        return duration(value)
    if unit == "usd":
        return usd(value)
    return f"{value:,.4g}{'%' if unit == '%' else f' {unit}' if unit else ''}"


def span(seconds: float) -> str:
    """A length of time: "45 s", "2 min 5 s", "1 h 3 min"."""
    whole = round(seconds)
    if whole < 60:
        return f"{seconds:.3g} s" if seconds < 10 else f"{whole} s"
    minutes, left = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {left} s" if left else f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min" if minutes % 60 else f"{minutes // 60} h"


def spread_cells(spread: Mapping[str, Any], *names: str) -> list[str]:
    """Percentiles of a distribution."""
    return [duration(spread[name]) for name in names]
