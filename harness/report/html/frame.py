"""The frame of a page: what every page has around its body, and how scripts and styles get into it."""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any, Final

import orjson

from .markup import Content, Markup, el

_ASSETS: Final = files(__package__) / "assets"
_SCRIPTS: Final = ("uPlot.iife.min.js", "report.js")
_STYLES: Final = ("uPlot.min.css", "report.css")


def framed(title: str, content: Content, data: Mapping[str, Any]) -> str:
    """A page with this content, whose charts are drawn from `data`. It asks nobody for anything.

    Only the scripts and styles that it carries may run in it.
    """
    body = el(
        "body",
        content,
        el("script", _inert(data), type="application/json", id="data"),
        [el("script", Markup(text)) for text in _texts(_SCRIPTS)],
    )
    return f"<!doctype html>\n{el('html', _head(title), body, lang='en')}\n"


def _inert(data: Mapping[str, Any]) -> Markup:
    """What the script draws, as JSON that ends no element."""
    return Markup(orjson.dumps(data).decode().replace("<", "\\u003c"))


def _head(title: str) -> Markup:
    scripts = " ".join(_hash(text) for text in _texts(_SCRIPTS))
    styles = " ".join(_hash(text) for text in _texts(_STYLES))
    policy = f"default-src 'none'; script-src {scripts}; style-src {styles}; base-uri 'none'; form-action 'none'"
    return el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=policy),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("title", title),
        [el("style", Markup(text)) for text in _texts(_STYLES)],
    )


def _texts(names: Iterable[str]) -> list[str]:
    return [(_ASSETS / name).read_text("utf-8") for name in names]


def _hash(text: str) -> str:
    """How the policy names a script or style: by its content, so that nothing else runs."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
