"""The HTTP server under the app: the only place that knows uvicorn."""

from .server import CannotServe, Server, Tls, serve

__all__ = ["CannotServe", "Server", "Tls", "serve"]
