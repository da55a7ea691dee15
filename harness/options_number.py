"""What flags that take a number have in common."""

import math

import typer

from .run.settings import SettingError


def finite(param: typer.CallbackParam, value: float | None) -> float | None:
    """The number of a flag, None where it was not given. Raises SettingError for one without end."""
    if value is not None and not math.isfinite(value):
        raise SettingError(param.opts[0], f"{value:g} is no finite number; write 0.5, 3 or 60")
    return value
