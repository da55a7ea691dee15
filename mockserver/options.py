"""The options of the command line, as types: each with its name, its form and its help."""

from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import typer

from .options_number import finite

Host: TypeAlias = Annotated[str, typer.Option(help="Address to listen on")]
Port: TypeAlias = Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one")]
Seed: TypeAlias = Annotated[int, typer.Option(help="What all chance comes from: the same seed gives the same answers")]
Latency: TypeAlias = Annotated[str, typer.Option(metavar="NAME|PATH", help="Latency profile")]
Limits: TypeAlias = Annotated[str, typer.Option(metavar="NAME|PATH|off", help="Rate limits profile")]
Faults: TypeAlias = Annotated[str, typer.Option(metavar="NAME|PATH|off", help="Faults profile")]
Speed: TypeAlias = Annotated[
    float, typer.Option(help="Simulated seconds per second: 10 makes everything ten times as fast")
]
StartAt: TypeAlias = Annotated[
    str | None, typer.Option(metavar="INSTANT", help="Simulated instant of the start, such as 2026-01-05T09:00:00Z")
]
TtftMs: TypeAlias = Annotated[float | None, typer.Option(help="Time to first token, for every model, without spread")]
ItlMs: TypeAlias = Annotated[float | None, typer.Option(help="Gap between tokens, for every model, without spread")]
RttMs: TypeAlias = Annotated[
    float, typer.Option(help="Network distance: every answer comes so much later (a keys file may say it by key)")
]
ReplyTokens: TypeAlias = Annotated[
    str | None, typer.Option(metavar="fill|N", help="Length of replies; fill is max_tokens, or 100 without one")
]
Store: TypeAlias = Annotated[
    str,
    typer.Option(
        metavar="memory|redis://HOST",
        envvar="MOCK_STORE",
        help="Where limits are kept: for this server alone, or in a Redis that several servers share",
    ),
]
StoreLost: TypeAlias = Annotated[
    Literal["open", "closed"],
    typer.Option(help="While the Redis does not answer: admit all requests, or answer 503"),
]
Keys: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        exists=True,
        dir_okay=False,
        metavar="FILE",
        help="The accepted API keys, whose they are, and what they may use (default: any)",
    ),
]
Models: TypeAlias = Annotated[
    str | None, typer.Option(metavar="any|FILE", help="Accept every model name, or add the models of a file")
]
AllowOverrides: TypeAlias = Annotated[
    bool | None,
    typer.Option(
        "--allow-overrides/--no-overrides",
        help="Let requests ask for faults, times, lengths and endings, by x-mock-* headers (docs/faults.md) "
        "(default: when listening on this machine only)",
    ),
]
MaxBodyBytes: TypeAlias = Annotated[int, typer.Option(min=1, help="Largest request body")]
BodyTimeout: TypeAlias = Annotated[
    float,
    typer.Option(min=0.001, metavar="SECONDS", callback=finite, help="How long a request body may take to arrive"),
]
CdnHeaders: TypeAlias = Annotated[
    bool, typer.Option("--cdn-headers", help="Decorate answers with the headers of the CDN in front of the API")
]
Journal: TypeAlias = Annotated[
    Path | None,
    typer.Option(dir_okay=False, metavar="FILE", help="Append a line of JSON for every request that is over"),
]
JournalChunks: TypeAlias = Annotated[
    bool, typer.Option("--journal-chunks", help="Keep the instant of every write in the journal (costs memory)")
]
SslCertfile: TypeAlias = Annotated[
    Path | None, typer.Option(exists=True, dir_okay=False, metavar="FILE", help="Serve https with this certificate")
]
SslKeyfile: TypeAlias = Annotated[
    Path | None, typer.Option(exists=True, dir_okay=False, metavar="FILE", help="The certificate's private key")
]
