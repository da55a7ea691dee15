"""A plain uvicorn around an app, which says where it listens."""

import logging

import uvicorn
from starlette.applications import Starlette

_BACKLOG = 4096


class _Announced(uvicorn.Server):
    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        await super().startup()
        print(f"http://127.0.0.1:{self.servers[0].sockets[0].getsockname()[1]}", flush=True)


def serve(app: Starlette) -> None:
    """Serve until terminated, on the server software that the mock has."""
    logging.disable()
    config = uvicorn.Config(
        app, port=0, loop="uvloop", http="httptools", log_config=None, access_log=False, backlog=_BACKLOG
    )
    _Announced(config).run()
