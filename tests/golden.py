"""Files that say what an output was when somebody last looked at it."""

import os
import re
from pathlib import Path
from typing import Final

_ASSET: Final = re.compile(r"<(script|style)>.*?</\1>|sha256-[A-Za-z0-9+/=]+", re.DOTALL)
_ELEMENT: Final = re.compile(r"(</(?:tr|p|dl|h1|h2|figcaption|figure|section|details)>|\},)")


def as_it_was(path: Path, told: str) -> None:
    """Fail unless an output is what the file says. UPDATE_GOLDEN=1 writes it anew: look at what changes."""
    if os.environ.get("UPDATE_GOLDEN") == "1":
        path.parent.mkdir(exist_ok=True)
        path.write_text(told)
    assert told == path.read_text()


def by_element(page: str) -> str:
    """A page with an element a line, without what every page has."""
    return _ELEMENT.sub(r"\1\n", _ASSET.sub("", page))
