"""The page at /_mock/: plain HTML and a script, from files beside this one."""

from importlib.resources import files
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

_HERE: Final = files(__package__)
_HEADERS: Final = {
    "cache-control": "no-cache",
    "content-security-policy": "default-src 'self'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'",
}
FILES: Final = ("/", "/page.js")
"""What of /_mock everybody may see who may see anything: it shows nothing without asking for the rest."""


async def page(_request: Request) -> Response:
    """The page."""
    return Response((_HERE / "index.html").read_bytes(), headers=_HEADERS, media_type="text/html")


async def script(_request: Request) -> Response:
    """Its script."""
    return Response((_HERE / "page.js").read_bytes(), headers=_HEADERS, media_type="text/javascript")
