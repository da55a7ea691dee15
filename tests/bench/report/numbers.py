"""Figures as people read them."""


def rounded(value: float) -> str:
    """Three significant digits, never an exponent; whole thousands with commas."""
    if value == 0:
        return "0"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    decimals = max(0, 2 - _magnitude(abs(value)))
    return f"{value:.{decimals}f}"


def percent(share: float) -> str:
    """A share of one, in percent."""
    return f"{share * 100:.1f} %"


def _magnitude(value: float) -> int:
    """The power of ten of the leading digit."""
    return int(f"{value:.2e}".partition("e")[2])
