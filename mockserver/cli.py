"""The command line: `mockserver serve`, `mockserver profiles` and `mockserver verdict`."""

import datetime
import logging
import math
import os
import sys
from pathlib import Path
from typing import Literal, NoReturn
from urllib.parse import urlsplit

import typer

from profiles import ProfileError

from . import options, profiles_cli, verdict_cli
from .app import app_of
from .clock import Clock
from .serving import CannotServeError, Tls, serve
from .settings import ANY_MODEL, BODY_TIMEOUT_S, DEFAULT_START, MEMORY, MOST_BODY_BYTES, Settings
from .simulation import Simulation

_USAGE = 2
_INTERRUPTED = 130

app = typer.Typer(
    name="mockserver",
    help="A chat-completions API that costs nothing, runs offline, and tells the truth about every request.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
)


app.add_typer(profiles_cli.app)
app.command("verdict", epilog=verdict_cli.EXAMPLES)(verdict_cli.verdict_)


@app.command(
    "serve",
    epilog="""Examples:

`mockserver serve` (realistic latency, no limits, no faults)

`mockserver serve --latency constant --ttft-ms 200 --itl-ms 20 --reply-tokens fill`

`mockserver serve --port 0 --limits tier1 --faults flaky --seed 7 --speed 10`

Then point a client at it: `OPENAI_BASE_URL=http://127.0.0.1:8000/v1`, with any key.""",
)
def serve_(
    *,
    host: options.Host = "127.0.0.1",
    port: options.Port = 8000,
    seed: options.Seed = 0,
    latency: options.Latency = "hosted",
    limits: options.Limits = "off",
    faults: options.Faults = "off",
    speed: options.Speed = 1,
    start_at: options.StartAt = None,
    ttft_ms: options.TtftMs = None,
    itl_ms: options.ItlMs = None,
    reply_tokens: options.ReplyTokens = None,
    rtt_ms: options.RttMs = 0,
    store: options.Store = MEMORY,
    store_lost: options.StoreLost = "open",
    keys: options.Keys = None,
    models: options.Models = None,
    allow_overrides: options.AllowOverrides = None,
    max_body_bytes: options.MaxBodyBytes = MOST_BODY_BYTES,
    body_timeout: options.BodyTimeout = BODY_TIMEOUT_S,
    cdn_headers: options.CdnHeaders = False,
    journal: options.Journal = None,
    journal_chunks: options.JournalChunks = False,
    ssl_certfile: options.SslCertfile = None,
    ssl_keyfile: options.SslKeyfile = None,
) -> None:
    """Serve the API until Ctrl-C. The line that says where is printed when it really listens."""
    settings = Settings(
        seed=seed,
        latency=latency,
        limits=limits,
        faults=faults,
        speed=_speed(speed),
        start_at=instant(start_at),
        ttft_ms=_milliseconds(ttft_ms, "--ttft-ms"),
        itl_ms=_milliseconds(itl_ms, "--itl-ms"),
        reply_tokens=_reply_tokens(reply_tokens),
        rtt_ms=_milliseconds(rtt_ms, "--rtt-ms") or 0.0,
        store=_store(store),
        store_lost=store_lost,
        keys=keys,
        models=_models(models),
        allow_overrides=is_loopback(host) if allow_overrides is None else allow_overrides,
        max_body_bytes=max_body_bytes,
        body_timeout_s=body_timeout,
        cdn_headers=cdn_headers,
        journal=journal,
        journal_chunks=journal_chunks,
        admin_token=os.environ.get("MOCK_ADMIN_TOKEN") or None,
    )
    tls = _tls(ssl_certfile, ssl_keyfile)
    logging.basicConfig(format="%(levelname)s: %(message)s", level=logging.WARNING)
    simulation = Simulation.of(settings, Clock(settings.speed, settings.start_at))

    def announce(url: str) -> None:
        print(f"mockserver: {url} - {simulation.describe()}", flush=True)

    serve(app_of(simulation), host, port, tls=tls, on_listening=announce)


def main() -> NoReturn:
    """Run the command line; a mistake of the user's is one line and exit code 2."""
    try:
        code = app(standalone_mode=False)
    except (ProfileError, CannotServeError) as error:
        _fail(str(error))
    except typer.TyperException as error:
        _fail(f"{' '.join(error.format_message().split())} (see mockserver --help)")
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
    sys.exit(code or 0)


def _fail(why: str) -> NoReturn:
    sys.stderr.write(f"mockserver: {why}\n")
    sys.exit(_USAGE)


def _bad(flag: str, why: str) -> typer.BadParameter:
    return typer.BadParameter(why, param_hint=flag)


def _speed(given: float) -> float:
    if not 0 < given < math.inf:
        raise _bad("--speed", f"{given:g} is not a speed; give a number above 0, such as 10")
    return given


def _milliseconds(given: float | None, flag: str) -> float | None:
    if given is not None and not 0 <= given < math.inf:
        raise _bad(flag, f"{given:g} is not a duration; give milliseconds, 0 or more")
    return given


def instant(text: str | None) -> float:
    """Epoch seconds of an ISO 8601 instant; without an offset it is UTC."""
    if text is None:
        return DEFAULT_START
    try:
        at = datetime.datetime.fromisoformat(text)
    except ValueError:
        raise _bad("--start-at", f"{text!r} is no instant; write 2026-01-05T09:00:00Z") from None
    return at.replace(tzinfo=at.tzinfo or datetime.UTC).timestamp()


def is_loopback(host: str) -> bool:
    """Whether an address to listen on can only be reached from this machine."""
    return host == "localhost" or host.startswith("127.") or host in ("::1", "[::1]")


def _reply_tokens(text: str | None) -> int | Literal["fill"] | None:
    if text is None:
        return None
    if text == "fill":
        return "fill"
    if not text.isdecimal() or int(text) < 1:
        raise _bad("--reply-tokens", f"{text!r} is neither fill nor a number of tokens, 1 or more")
    return int(text)


def _store(text: str) -> str:
    if text != MEMORY and not _is_redis(text):
        raise _bad("--store", "is neither memory nor the address of a Redis; write redis://127.0.0.1:6379/0")
    return text


def _is_redis(text: str) -> bool:
    """Whether a text is an address of a Redis, which may hold a password."""
    try:
        address = urlsplit(text)
        where = address.path if address.scheme == "unix" else address.hostname
        return address.scheme in ("redis", "rediss", "unix") and bool(where) and address.port != 0
    except ValueError:
        return False


def _models(text: str | None) -> str | None:
    if text is not None and text != ANY_MODEL and not Path(text).is_file():
        raise _bad("--models", f"{text!r} is neither the word any nor a file of models")
    return text


def _tls(certfile: Path | None, keyfile: Path | None) -> Tls | None:
    if certfile is None and keyfile is not None:
        raise _bad("--ssl-keyfile", "needs --ssl-certfile beside it")
    return None if certfile is None else Tls(certfile, keyfile)
