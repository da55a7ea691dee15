"""The composition root of the server: what is simulated, and which path leads to what."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.routing import Mount, Route, Router

from .clock import Clock
from .endpoints.admin import Admin, LoopbackOnly
from .endpoints.call import Endpoint
from .endpoints.chat import chat_completions
from .endpoints.fallback import other_method, unknown_path
from .endpoints.health import healthz
from .endpoints.models import model, models
from .settings import Settings
from .simulation import Simulation


def create_app(settings: Settings | None = None, clock: Clock | None = None) -> Starlette:
    """A mock server as an ASGI app, for any server or for a test client in the same process.

    Raises ProfileError when a file that the settings name cannot be used.
    """
    settings = settings or Settings()
    return app_of(Simulation.of(settings, clock or Clock(settings.speed, settings.start_at)))


def app_of(simulation: Simulation) -> Starlette:
    """The app that serves a simulation."""
    admin = Admin(simulation)
    nowhere = Endpoint(simulation, unknown_path)
    not_read = Endpoint(simulation, other_method("GET, HEAD, OPTIONS"))
    not_posted = Endpoint(simulation, other_method("POST, OPTIONS"))
    mock = Router(
        [
            Route("/requests", admin.requests, methods=["GET"]),
            Route("/requests/{id:path}", admin.request, methods=["GET"]),
            Route("/state", admin.state, methods=["GET"]),
            Route("/{path:path}", nowhere),
        ]
    )
    routes = [
        Route("/v1/chat/completions", Endpoint(simulation, chat_completions), methods=["POST"]),
        Route("/v1/chat/completions", not_posted),
        Route("/v1/models", Endpoint(simulation, models), methods=["GET"]),
        Route("/v1/models", not_read),
        Route("/v1/models/{model:path}", Endpoint(simulation, model), methods=["GET"]),
        Route("/v1/models/{model:path}", not_read),
        Route("/healthz", healthz, methods=["GET"]),
        Mount("/_mock", LoopbackOnly(mock, outside=nowhere)),
        Route("/{path:path}", nowhere),
    ]

    @asynccontextmanager
    async def playing(_app: Starlette) -> AsyncIterator[None]:
        await simulation.player.start()
        yield
        await simulation.player.stop()

    return Starlette(routes=routes, lifespan=playing)
