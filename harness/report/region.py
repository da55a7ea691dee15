"""The last lines of a terminal, drawn again and again in their place."""

from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.control import Control
from rich.segment import ControlType
from rich.text import Text

_UP_AND_ERASE: Final = ((ControlType.CURSOR_UP, 1), (ControlType.ERASE_IN_LINE, 2))


class Region:
    """Lines at the bottom of what was printed to `console`. Nothing else may be printed there while they stand."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._widths: list[int] = []

    def draw(self, lines: Sequence[Text]) -> None:
        """Draw these lines in place of those that stand: as many of them as the terminal is high."""
        kept = lines[: max(self._console.height - 1, 1)]
        with self._console:  # written as one: nobody sees it erased and not yet drawn
            self.erase()
            if kept:
                self._console.control(Control(ControlType.HIDE_CURSOR))
                self._console.print(Text("\n").join(kept), end="", soft_wrap=True, highlight=False)
        self._widths = [line.cell_len for line in kept]

    def erase(self) -> None:
        """Take them away: the cursor is where they began, and to be seen.

        A terminal that became narrower has broken them into more rows than were drawn.
        """
        if not self._widths:
            return
        width = max(self._console.width, 1)
        rows = sum(max(-(-cells // width), 1) for cells in self._widths)
        self._console.control(
            Control(
                ControlType.CARRIAGE_RETURN,
                (ControlType.ERASE_IN_LINE, 2),
                *(_UP_AND_ERASE * (rows - 1)),
                ControlType.SHOW_CURSOR,
            )
        )
        self._widths = []
