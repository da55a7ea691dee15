"""GET /healthz: whether the server answers."""

from starlette.requests import Request
from starlette.responses import JSONResponse


async def healthz(_request: Request) -> JSONResponse:
    """It does."""
    return JSONResponse({"status": "ok"})
