"""Failures of the application, and of the proxy in front of it."""

import json
from http import HTTPStatus
from typing import Final

from .refusal import Headers, Refusal, application


def server_error(request_id: str) -> Refusal:
    """500: the application failed."""
    return application(
        "The server had an error processing your request. Sorry about that! You can retry your request, or contact us "
        "through our help center at help.openai.com if you keep seeing this error. "
        f"(Please include the request ID {request_id} in your email.)",
        status=500,
        type_="server_error",
    )


def overloaded(status: int = 503) -> Refusal:
    """503, or 429: no engine is free."""
    message = "The engine is currently overloaded, please try again later"
    return application(message, status=status, type_="server_error")


_EDGE_HEADERS: Final[Headers] = (
    ("x-frame-options", "SAMEORIGIN"),
    ("referrer-policy", "same-origin"),
    (
        "cache-control",
        "private, max-age=0, no-store, no-cache, must-revalidate, post-check=0, pre-check=0",
    ),
    ("expires", "Thu, 01 Jan 1970 00:00:01 GMT"),
)


def bad_gateway() -> Refusal:
    """502, as the edge answers a client that accepts JSON: compact, and the code is a number."""
    return _edge_json(502, "Bad gateway.", "cf_bad_gateway")


def gateway_timeout() -> Refusal:
    """504, in the form of the edge's 502 (no recording of the real body is known)."""
    return _edge_json(504, "Gateway time-out.", "cf_gateway_timeout")


def _edge_json(status: int, message: str, type_: str) -> Refusal:
    error = {"code": status, "message": message, "param": None, "type": type_}
    body = json.dumps({"error": error}, separators=(",", ":")).encode()
    return Refusal(status, body, "application/json", "edge", _EDGE_HEADERS)


def bad_gateway_html() -> Refusal:
    """502, as the edge answers a browser: its minimal page."""
    page = (
        "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>"
        "\r\n<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n"
    )
    return Refusal(502, page.encode(), "text/html", "edge", _EDGE_HEADERS)


def unknown_error_page() -> Refusal:
    """520, as the edge answers when the server behind it says something that it does not understand."""
    page = (
        '<!DOCTYPE html>\n<html lang="en-US">\n<head>\n'
        "<title>api.openai.com | 520: Web server is returning an unknown error</title>\n"
        "</head>\n<body>\n<h1>Web server is returning an unknown error <span>Error code 520</span></h1>\n"
        "</body>\n</html>\n"
    )
    return Refusal(520, page.encode(), "text/html; charset=UTF-8", "edge", _EDGE_HEADERS)


def edge_failure(status: int) -> Refusal:
    """Another 5xx in the form of the edge's 502: no real body is known."""
    reason = HTTPStatus(status).phrase if status in list(HTTPStatus) else "Unknown error"
    return _edge_json(status, f"{reason}.", f"cf_error_{status}")
