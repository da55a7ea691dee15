"""What a bare Starlette app costs on the same server software: it answers every request with a constant kilobyte."""

import sys
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .announced import serve

BODY: Final = b"x" * 1000


async def echo(request: Request) -> Response:
    """Read the body, answer."""
    await request.body()
    return Response(BODY, media_type="application/json")


def echo_command() -> tuple[str, ...]:
    """The command that serves this."""
    return (sys.executable, "-m", "tests.bench.rig.echo_server")


if __name__ == "__main__":
    serve(Starlette(routes=[Route("/v1/chat/completions", echo, methods=["POST"])]))
