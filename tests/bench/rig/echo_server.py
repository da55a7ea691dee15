"""What a bare Starlette app costs on the same server software: it answers every request with a constant kilobyte."""

import logging
import sys
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

BODY: Final = b"x" * 1000


async def echo(request: Request) -> Response:
    """Read the body, answer."""
    await request.body()
    return Response(BODY, media_type="application/json")


class _Announced(uvicorn.Server):
    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        await super().startup()
        port = self.servers[0].sockets[0].getsockname()[1]
        print(f"http://127.0.0.1:{port}", flush=True)


def echo_command() -> tuple[str, ...]:
    """The command that serves this."""
    return (sys.executable, "-m", "tests.bench.rig.echo_server")


if __name__ == "__main__":
    logging.disable()
    app = Starlette(routes=[Route("/v1/chat/completions", echo, methods=["POST"])])
    _Announced(uvicorn.Config(app, port=0, loop="uvloop", http="httptools", log_config=None, access_log=False)).run()
