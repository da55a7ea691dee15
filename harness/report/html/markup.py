"""HTML that cannot be injected into: text becomes markup in one place, and is escaped there."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

_VOID: Final = frozenset({"meta", "br"})


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Content = str | Iterable[str]


def el(tag: str, *content: Content, **attributes: str | int | None) -> Markup:
    """An element. Strings in it are escaped unless they are markup; attributes that are None are left out.

    `class_` is the attribute "class", and `data_x` is "data-x".
    """
    given = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{tag}{given}>" if tag in _VOID else f"<{tag}{given}>{joined(*content)}</{tag}>")


def joined(*content: Content) -> Markup:
    """One after the other."""
    return Markup("".join(_escaped(part) for part in content))


def _escaped(part: Content) -> str:
    if isinstance(part, Markup):
        return part
    if isinstance(part, str):
        return escape(part)
    return joined(*part)


def table(
    caption: str, head: Sequence[Content], rows: Iterable[Sequence[Content]], *, whole: bool = False, words: int = 1
) -> Markup:
    """A table that scrolls sideways where it does not fit; the first cell of a row is its heading.

    The first `words` columns are text, the others figures. With `whole` the last row stands for all of them.
    """
    lines = [list(row) for row in rows]
    kinds = ["words" if number < words else None for number in range(len(head))]
    heading = el("tr", [el("th", cell, scope="col", class_=kind) for cell, kind in zip(head, kinds, strict=True)])
    body = [
        el(
            "tr",
            el("th", row[0], scope="row"),
            [el("td", cell, class_=kind) for cell, kind in zip(row[1:], kinds[1:], strict=True)],
            class_="whole" if whole and number == len(lines) else None,
        )
        for number, row in enumerate(lines, start=1)
    ]
    inner = el("table", el("caption", caption), el("thead", heading), el("tbody", body))
    return el("div", inner, class_="scroll", tabindex=0, role="region", aria_label=caption)


def section(name: str, title: str, *content: Content) -> Markup:
    """A section that can be linked to."""
    return el("section", el("h2", title), *content, id=name, aria_label=title)


def more(title: str, *content: Content) -> Markup:
    """What is shown on demand."""
    return el("details", el("summary", title), *content)
