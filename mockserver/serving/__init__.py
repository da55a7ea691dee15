"""The HTTP server under the app: the only place that knows uvicorn."""

from .server import CannotServeError, Server, Tls, serve

__all__ = ["CannotServeError", "Server", "Tls", "serve"]
