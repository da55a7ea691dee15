"""The caps of a run: as they are given, and whether they can be kept."""

from .settings import SettingError


def cost_cap(text: str | None) -> float | None:
    """What --max-cost-usd says, None where it says nothing. Raises SettingError."""
    if not text:
        return None
    try:
        value = float(text.removeprefix("$"))
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise SettingError("--max-cost-usd", f"{text!r} is no amount of US dollars; write 0.50 or 20")
    return value


def count_cap(text: str | None, flag: str) -> int | None:
    """What a cap on requests or tokens says, None where it says nothing. Raises SettingError."""
    if not text:
        return None
    plain = text.replace("_", "").replace(",", "")
    if not plain.isdecimal() or int(plain) == 0:
        raise SettingError(flag, f"{text!r} is no cap; write a whole number, at least 1")
    return int(plain)
