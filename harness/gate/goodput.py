"""What a request has to keep, as people write it: "[CLASS:]METRIC < TIME[, METRIC < TIME ...]" (docs/gates.md)."""

import difflib
import re
from decimal import Decimal
from typing import Final

from ..measure.goodput import Objective
from .metrics import UNITS
from .scope import Scope

FIGURES: Final = ("ttft", "first_visible", "tpot", "e2e")
"""What is measured of each request by itself."""
EXAMPLE: Final = '"ttft < 800ms, e2e < 10s"'

_SCOPED: Final = re.compile(r"\s*(?:(?P<scope>[^<]*\S)\s*:)?(?P<rest>[^:]*)")
_ONE: Final = re.compile(r"\s*(?P<metric>\w+)\s*(?P<op><=|<)\s*(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>[^\s\d]*)\s*")


def objectives_of(text: str) -> tuple[Objective, ...]:
    """The objectives of a text. Raises ValueError with one line that says what would be right."""
    found = _SCOPED.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no objective of a request; write for example {EXAMPLE}")
    class_ = None if found["scope"] is None else _class(found["scope"].strip(), text)
    return tuple(_objective(part, class_) for part in found["rest"].split(","))


def _class(scope: str, text: str) -> str:
    parsed = Scope.parse(scope)
    if parsed.kind not in (None, "class"):
        raise ValueError(f"{text!r}: a request has an objective by its class; leave {scope!r} out")
    return parsed.name


def _objective(text: str, class_: str | None) -> Objective:
    found = _ONE.fullmatch(text)
    if found is None:
        raise ValueError(f"{text.strip()!r} is no objective of a request; write for example {EXAMPLE}")
    name = found["metric"].removesuffix("_ms")
    if name not in FIGURES:
        raise ValueError(_no_figure(found["metric"]))
    unit = found["unit"].lower() or ("ms" if found["metric"].endswith("_ms") else "")
    if unit not in UNITS["ms"]:
        written = f"{found['number']}{found['unit']}"
        raise ValueError(
            f"{name} is a time; write for example {found['number']}ms or {found['number']}s, not {written}"
        )
    limit_ms = float(Decimal(found["number"]) * UNITS["ms"][unit])
    if not 0 < limit_ms < float("inf"):
        raise ValueError(f"{text.strip()!r}: no request can be so fast; write for example {EXAMPLE}")
    return Objective(f"{name}_ms", limit_ms, found["op"] == "<", class_, _text(text, class_))


def _text(written: str, class_: str | None) -> str:
    return written.strip() if class_ is None else f"class={class_}: {written.strip()}"


def _no_figure(name: str) -> str:
    if "." in name or name == "itl":
        return f"{name} is no figure of a request; there are: {', '.join(FIGURES)}"
    near = difflib.get_close_matches(name, FIGURES, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(FIGURES)}"
    return f"a request has no figure {name!r}; {hint}"
