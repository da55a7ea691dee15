"""Showing what changes: in place on a terminal, one line below the other elsewhere."""

from collections.abc import Callable, Sequence
from typing import Final

from rich.console import Console
from rich.text import Text

from .region import Region

TERMINAL_EVERY_S: Final = 0.5
PLAIN_EVERY_S: Final = 2.0


class LiveLine:
    """Progress on `console`, renewed at most every half second there, every two seconds in a plain log."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._region = Region(console) if console.is_terminal and not console.is_dumb_terminal else None
        self._every_s = PLAIN_EVERY_S if self._region is None else TERMINAL_EVERY_S
        self._due_s = self._every_s

    @property
    def draws(self) -> bool:
        """Whether pictures are drawn here, rather than lines printed."""
        return self._region is not None

    def __enter__(self) -> "LiveLine":
        return self

    def __exit__(self, *_: object) -> None:
        if self._region is not None:
            self._region.erase()

    def show(
        self, elapsed_s: float, line: Callable[[], str], picture: Callable[[int], Sequence[Text]] | None = None
    ) -> None:
        """Show it if it is time to; only then it is asked for.

        That is the `line` in a plain log; on a terminal the `picture` for so many columns, where there is one.
        """
        if elapsed_s < self._due_s:
            return
        self._due_s = elapsed_s + self._every_s
        if self._region is None:
            self._console.print(line(), soft_wrap=True, highlight=False)
            return
        width = self._console.width
        if picture is not None:
            self._region.draw(picture(width))
        else:
            shown = Text(line())
            shown.truncate(width, overflow="ellipsis")
            self._region.draw([shown])

    def say(self, text: str) -> None:
        """Print a line above what changes."""
        if self._region is not None:
            self._region.erase()
        self._console.print(text, soft_wrap=True, highlight=False, markup=False)
