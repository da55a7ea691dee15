"""Showing a line that changes: in place on a terminal, one below the other elsewhere."""

from collections.abc import Callable
from typing import Final

from rich.console import Console
from rich.live import Live
from rich.text import Text

TERMINAL_EVERY_S: Final = 0.5
PLAIN_EVERY_S: Final = 2.0


class LiveLine:
    """A line of progress on `console`, renewed at most every half second there, every two seconds in a plain log."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live(console=console, auto_refresh=False, transient=True) if console.is_terminal else None
        self._every_s = PLAIN_EVERY_S if self._live is None else TERMINAL_EVERY_S
        self._due_s = self._every_s

    def __enter__(self) -> "LiveLine":
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()

    def show(self, elapsed_s: float, line: Callable[[], str]) -> None:
        """Show the line if it is time to; only then is it asked for."""
        if elapsed_s < self._due_s:
            return
        self._due_s = elapsed_s + self._every_s
        if self._live is None:
            self._console.print(line(), soft_wrap=True, highlight=False)
        else:
            self._live.update(Text(line(), no_wrap=True, overflow="ellipsis"), refresh=True)

    def say(self, text: str) -> None:
        """Print a line above the changing one."""
        self._console.print(text, soft_wrap=True, highlight=False, markup=False)
