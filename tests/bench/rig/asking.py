"""Requests as raw bytes, and what the server under measurement says of them afterwards."""

import json
import socket
import urllib.request
from typing import Any
from urllib.parse import SplitResult


def request(
    host: str, number: int, *, stream: bool, tokens: int, about: int | None = None, obfuscated: bool = False
) -> bytes:
    """A chat request, known to the journal by its number; every number asks something else, or `about` what."""
    subject = number if about is None else about
    body = {
        "model": "gpt-4o-mini",
        "stream": stream,
        **({"stream_options": {"include_obfuscation": obfuscated}} if stream else {}),
        "max_tokens": tokens,
        "messages": [{"role": "user", "content": f"Tell me about deployment number {subject}."}],
    }
    content = json.dumps(body).encode()
    head = (
        f"POST /v1/chat/completions HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer sk-bench\r\n"
        f"X-Client-Request-Id: {number}\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


def connected(url: SplitResult) -> socket.socket:
    """A connection that sends at once."""
    connection = socket.create_connection((url.hostname, url.port or 80))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def journal(url: str, *, since: int = 0, limit: int = 50_000) -> list[dict[str, Any]]:
    """The server's journal after entry `since`."""
    with urllib.request.urlopen(f"{url}/_mock/requests?since={since}&limit={limit}") as answer:
        entries: list[dict[str, Any]] = json.load(answer)["requests"]
    return entries
