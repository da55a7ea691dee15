"""Tables of figures that fold where the terminal is too narrow: some columns above, the others below them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from rich import box
from rich.console import Console, ConsoleOptions
from rich.markup import escape
from rich.table import Table

_ANY_WIDTH: Final = 10_000
_LEAST_NAME: Final = 8
"""A name is cut to so many columns, and no further, so that the figures of its row stay whole."""


@dataclass(frozen=True, slots=True)
class Row:
    """A name and its figures; `apart` is whether a line stands between it and the one above."""

    name: str
    cells: Sequence[str]
    bold: bool = False
    apart: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldingTable:
    """Rows under headings, each row with a name. Headings of one group ("TTFT p50", "p95") stay side by side."""

    title: str
    heading: str
    groups: Sequence[Sequence[str]]
    rows: Sequence[Row]
    caption: str | None = field(default=None)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Table]:
        """As few tables as there is room for, one below the other, the names in each."""
        parts = self._parts(console, options)
        for number, groups in enumerate(parts):
            title = self.title if number == 0 else None
            caption = self.caption if number == len(parts) - 1 else None
            yield self._table(groups, title, caption, self._room_for_names(console, options, groups))

    def _parts(self, console: Console, options: ConsoleOptions) -> list[list[int]]:
        """Numbers of groups, as many together as fit."""
        parts: list[list[int]] = []
        for number, _ in enumerate(self.groups):
            if parts and self._width(console, options, [*parts[-1], number]) <= options.max_width:
                parts[-1].append(number)
            else:
                parts.append([number])
        return parts

    def _room_for_names(self, console: Console, options: ConsoleOptions, groups: Sequence[int]) -> int | None:
        """How wide names may be; None where they are as wide as they are."""
        excess = self._width(console, options, groups) - options.max_width
        if excess <= 0:
            return None
        longest = max(len(self.heading), *(len(row.name) for row in self.rows))
        return max(longest - excess, _LEAST_NAME)

    def _width(self, console: Console, options: ConsoleOptions, groups: Sequence[int]) -> int:
        table = self._table(groups, None, None, None)
        return console.measure(table, options=options.update(max_width=_ANY_WIDTH)).maximum

    def _table(self, groups: Sequence[int], title: str | None, caption: str | None, room: int | None) -> Table:
        table = Table(
            title=title,
            title_justify="left",
            title_style="italic",
            caption=caption,
            caption_justify="left",
            box=box.SIMPLE_HEAD,
            padding=(0, 1, 0, 0),
        )
        table.add_column(self.heading, no_wrap=True, max_width=room)
        headings = [heading for group in self.groups for heading in group]
        begins = [sum(map(len, self.groups[:number])) for number, _ in enumerate(self.groups)]
        places = [begins[number] + place for number in groups for place, _ in enumerate(self.groups[number])]
        for place in places:
            table.add_column(headings[place], justify="right", no_wrap=True)
        for row in self.rows:
            if row.apart:
                table.add_section()
            table.add_row(escape(row.name), *(row.cells[place] for place in places), style="bold" if row.bold else "")
        return table
