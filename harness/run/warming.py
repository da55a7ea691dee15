"""What --warm-up says, and what kind of loop a run was."""

from collections.abc import Mapping
from typing import Any, Final, Literal

from ..measure.summary import Loop
from ..measure.warm_up import AUTO
from .settings import SettingError, seconds

OFF: Final = "off"


def warm_up_of(text: str | None) -> float | Literal["auto"] | None:
    """Seconds, "auto", or None where nothing is to be left out. Raises SettingError."""
    if text in (None, "", OFF):
        return None
    if text == AUTO:
        return AUTO
    try:
        return seconds(text, "--warm-up") or None
    except SettingError:
        raise SettingError("--warm-up", f"{text!r} is no time; write 30s, 2m, auto or off") from None


def loop_of(run: Mapping[str, Any]) -> Loop | None:
    """Whether sessions began whatever became of those before, by run.json; None where it does not say."""
    settings = run.get("settings")
    if settings is None:
        return None
    return "open" if settings.get("rate") is not None or settings.get("trace") is not None else "closed"
