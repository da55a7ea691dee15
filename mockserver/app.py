"""The composition root of the server: what is simulated, and which path leads to what."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

from starlette.applications import Starlette
from starlette.routing import Mount, Route, Router
from starlette.types import Receive, Scope, Send

from .clock import Clock
from .endpoints.admin import Admin
from .endpoints.call import Endpoint
from .endpoints.chat import chat_completions
from .endpoints.fallback import other_method, unknown_path
from .endpoints.guard import Guarded
from .endpoints.health import healthz
from .endpoints.models import model, models
from .endpoints.page import FILES, page, script
from .settings import Settings
from .simulation import Simulation

CHAT: Final = "/v1/chat/completions"


def create_app(settings: Settings | None = None, clock: Clock | None = None) -> Starlette:
    """A mock server as an ASGI app, for any server or for a test client in the same process.

    Raises ProfileError when a file that the settings name cannot be used.
    """
    settings = settings or Settings()
    return app_of(Simulation.of(settings, clock or Clock(settings.speed, settings.start_at)))


def app_of(simulation: Simulation) -> Starlette:
    """The app that serves a simulation."""
    nowhere = Endpoint(simulation, unknown_path)
    not_read = Endpoint(simulation, other_method("GET, HEAD, OPTIONS"))
    not_posted = Endpoint(simulation, other_method("POST, OPTIONS"))
    mock = Router([*_of_mock(Admin(simulation)), Route("/{path:path}", nowhere)])
    chat = Endpoint(simulation, chat_completions)
    routes = [
        Route(CHAT, chat, methods=["POST"]),
        Route(CHAT, not_posted),
        Route("/v1/models", Endpoint(simulation, models), methods=["GET"]),
        Route("/v1/models", not_read),
        Route("/v1/models/{model:path}", Endpoint(simulation, model), methods=["GET"]),
        Route("/v1/models/{model:path}", not_read),
        Route("/healthz", healthz, methods=["GET"]),
        Mount("/_mock", Guarded(mock, nowhere, simulation.settings.admin_token, FILES)),
        Route("/{path:path}", nowhere),
    ]

    @asynccontextmanager
    async def playing(_app: Starlette) -> AsyncIterator[None]:
        await simulation.player.start()
        simulation.health.start()
        yield
        await simulation.health.stop()
        await simulation.player.stop()
        await simulation.store.close()
        simulation.journal.close()

    return App({(CHAT, "POST"): chat}, routes=routes, lifespan=playing)


def _of_mock(admin: Admin) -> Sequence[Route]:
    """What is under /_mock."""
    return [
        Route("/", page, methods=["GET"]),
        Route("/page.js", script, methods=["GET"]),
        Route("/profiles", admin.profiles, methods=["GET"]),
        Route("/requests", admin.requests, methods=["GET"]),
        Route("/requests.jsonl", admin.requests_as_lines, methods=["GET"]),
        Route("/requests/{id:path}", admin.request, methods=["GET"]),
        Route("/state", admin.state, methods=["GET"]),
        Route("/state", admin.change, methods=["PATCH"]),
        Route("/metrics", admin.metrics, methods=["GET"]),
        Route("/events", admin.events, methods=["GET"]),
        Route("/verdict", admin.verdict, methods=["GET"]),
        Route("/health", admin.health, methods=["GET"]),
        Route("/faults", admin.queue_fault, methods=["POST"]),
        Route("/phases", admin.phases, methods=["GET"]),
        Route("/phases", admin.turn, methods=["POST"]),
        Route("/reset", admin.reset, methods=["POST"]),
    ]


class App(Starlette):
    """A Starlette app with a short cut to the endpoints that load goes to.

    What it leaves out are Starlette's handlers of exceptions, of which an `Endpoint` lets none through, and the search
    for a route: a tenth of what an unstreamed answer costs.
    """

    def __init__(self, short_cuts: Mapping[tuple[str, str], Endpoint], **rest: Any) -> None:
        super().__init__(**rest)
        self._short_cuts = short_cuts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or take part in the lifespan."""
        endpoint = self._short_cuts.get((scope["path"], scope["method"])) if scope["type"] == "http" else None
        await (super().__call__(scope, receive, send) if endpoint is None else endpoint(scope, receive, send))
