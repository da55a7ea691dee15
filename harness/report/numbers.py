"""Numbers for a person."""

from typing import Final

DASH: Final = "–"


def duration(ms: float | None) -> str:
    """Milliseconds for a person: "–", "0.42 ms", "213 ms", "2.41 s"."""
    if ms is None:
        return DASH
    if ms < 10:
        return f"{ms:.2f} ms"
    return f"{ms:.0f} ms" if ms < 999.5 else f"{ms / 1000:.2f} s"


def quantity(value: float, unit: str) -> str:
    """A value beside its limit, exact enough to tell the two apart: "800.4 ms", "99.8333 %", "1.2"."""
    return f"{value:,.6g} {unit}".rstrip()


def rate(per_s: float | None) -> str:
    """A rate for a person: "–", "3.1", "1,204"."""
    if per_s is None:
        return DASH
    return f"{per_s:,.1f}" if per_s < 100 else f"{per_s:,.0f}"


def share(part: float, whole: float) -> str:
    """A part of a whole for a person: "–", "0%", "0.4%", "12.5%", "100%"; not quite all or nothing is neither."""
    if not whole:
        return DASH
    if 0 < part < 0.001 * whole:
        return "<0.1%"
    if 0.999 * whole < part < whole:
        return ">99.9%"
    return f"{100 * part / whole:.1f}".removesuffix(".0") + "%"


def dollars(usd: float) -> str:
    """Money for a person: "$0.0042", "$0.12", "$1,204.50"."""
    return f"${usd:,.4f}" if usd < 0.1 else f"${usd:,.2f}"
