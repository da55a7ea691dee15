"""What flags that take a number have in common."""

import math

import typer


def finite(param: typer.CallbackParam, value: float) -> float:
    """The number of a flag. Raises BadParameter for one without end."""
    if not math.isfinite(value):
        raise typer.BadParameter(f"{value:g} is no finite number; write 1, 2.5 or 60", param_hint=param.opts[0])
    return value
