"""Lines that are drawn in their place, whatever becomes of the terminal meanwhile."""

import io
import re

from rich.console import Console
from rich.text import Text

from harness.report.region import Region

UP = "\x1b[1A"
ERASED = "\x1b[2K"


def terminal(width: int = 20, height: int = 10) -> tuple[Console, io.StringIO]:
    out = io.StringIO()
    return Console(file=out, width=width, height=height, force_terminal=True, color_system=None), out


def test_what_stands_is_erased_before_it_is_drawn_anew() -> None:
    console, out = terminal()
    region = Region(console)
    region.draw([Text("one"), Text("two")])
    assert out.getvalue() == "\x1b[?25lone\ntwo"
    out.truncate(0)
    region.draw([Text("three")])
    assert out.getvalue().lstrip("\0").startswith(f"\r{ERASED}{UP}{ERASED}\x1b[?25h")
    assert out.getvalue().endswith("three")


def test_nobody_sees_it_erased_and_not_yet_drawn() -> None:
    console, out = terminal()
    written: list[str] = []
    region = Region(console)
    region.draw([Text("one")])
    out.write = written.append  # type: ignore[method-assign,assignment]
    region.draw([Text("two")])
    assert len(written) == 1


def test_a_terminal_that_became_narrower_has_broken_the_lines() -> None:
    console, out = terminal(width=20)
    region = Region(console)
    region.draw([Text("x" * 20), Text("x" * 5), Text("")])
    console.width = 8
    region.erase()
    assert out.getvalue().count(UP) == 3 + 1 + 1 - 1


def test_no_more_is_drawn_than_the_terminal_is_high() -> None:
    console, out = terminal(height=4)
    Region(console).draw([Text(str(number)) for number in range(9)])
    assert re.sub(r"\x1b\[\?25.", "", out.getvalue()) == "0\n1\n2"


def test_where_nothing_stands_nothing_is_erased() -> None:
    console, out = terminal()
    region = Region(console)
    region.erase()
    region.draw([])
    assert out.getvalue() == ""
