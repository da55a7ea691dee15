"""A server under many streams at once, on a core of its own, seen by the raw client on another."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .processes import cores, served
from .raw_client import Load, seen_by_raw_client


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """So many streams, opened within `ramp_s` and watched for `window_s` from `settle_s` later on."""

    streams: int
    ttft_s: float
    itl_s: float
    ramp_s: float
    settle_s: float
    window_s: float
    obfuscated: bool = False
    tokens: int | None = None
    """The length of a stream; None: such that none ends before the window does."""


def watched(command: Sequence[str], crowd: Crowd) -> dict[str, Any]:
    """What the raw client saw of the server that `command` starts."""
    opens_s = crowd.ramp_s + crowd.settle_s
    closes_s = opens_s + crowd.window_s
    server_core, client_core = cores()
    with served(command, server_core) as (pid, url):
        load = Load(
            url=url.geturl(),
            server_pid=pid,
            streams=crowd.streams,
            tokens=round((closes_s + 1) / crowd.itl_s) if crowd.tokens is None else crowd.tokens,
            itl_s=crowd.itl_s,
            ttft_s=crowd.ttft_s,
            ramp_s=crowd.ramp_s,
            opens_s=opens_s,
            closes_s=closes_s,
            spins=True,
            obfuscated=crowd.obfuscated,
        )
        return seen_by_raw_client(load, client_core)
