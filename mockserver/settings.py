"""What a mock server simulates: every input of it, so that the same settings give the same answers."""

import datetime
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

DEFAULT_START: Final = datetime.datetime(2026, 1, 5, 9, tzinfo=datetime.UTC).timestamp()
"""The simulated instant at which a server starts unless told otherwise: fixed, because it is an input."""

ANY_MODEL: Final = "any"
MEMORY: Final = "memory"
"""The store of limits that no other server shares."""

MOST_BODY_BYTES: Final = 32 * 1024 * 1024
"""The real limit is not known; images as data URLs have to fit."""
BODY_TIMEOUT_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a simulation; the defaults need no file, key or network.

    `latency`, `limits` and `faults` are names of shipped profiles or paths, the latter two also "off". `speed` is
    simulated seconds per real second, `start_at` epoch seconds. `ttft_ms`, `itl_ms` and `reply_tokens` replace what
    the latency profile says. `store` is "memory" or the address of the Redis that keeps what was taken from limits,
    `store_lost` what happens to requests while that does not answer: all admitted or none.
    `rtt_ms` is the network between client and API, simulated milliseconds there and back, for keys without their own.
    `keys` is a file of the accepted API keys (None: any), `models` "any" or a file of
    further models. `allow_overrides`: whether a request may ask for a certain ending of its answer by a header.
    `max_body_bytes` and `body_timeout_s` are how large a request may be, and how long on its way, in real seconds.
    `cdn_headers`: answers look as if they came through the CDN. `journal` is a file that gets a line
    for every request; `journal_chunks`: with the instant of every write. `admin_token` opens /_mock to whoever sends
    it, and closes it to this machine without it.
    """

    seed: int = 0
    latency: str = "hosted"
    limits: str = "off"
    faults: str = "off"
    speed: float = 1.0
    start_at: float = DEFAULT_START
    ttft_ms: float | None = None
    itl_ms: float | None = None
    reply_tokens: int | Literal["fill"] | None = None
    rtt_ms: float = 0.0
    store: str = MEMORY
    store_lost: Literal["open", "closed"] = "open"
    keys: Path | None = None
    models: str | None = None
    allow_overrides: bool = True
    max_body_bytes: int = MOST_BODY_BYTES
    body_timeout_s: float = BODY_TIMEOUT_S
    cdn_headers: bool = False
    journal: Path | None = None
    journal_chunks: bool = False
    admin_token: str | None = field(default=None, repr=False)
