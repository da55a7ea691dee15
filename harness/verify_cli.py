"""`harness verify`: the harness's own error on this machine."""

import os
import time
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

import typer

from .mock.control import MockError
from .options_number import finite
from .report.terminal import stdout
from .run.exits import Exit
from .run.settings import SettingError
from .verify.conduct import DEFAULT_STEADY_S, DEFAULT_STREAMS, RunFailedError, Verify
from .verify.conduct import verify as verified
from .verify.level import AS_USUAL, Bounds

EXAMPLES: Final = """Examples:

`harness verify` (starts a mock server, about a minute and a half)

`harness verify --streams 100,500,1000 --json error.json`

`harness verify --host http://127.0.0.1:8000` (a mock that runs already, with `--journal-chunks` to compare gaps too;
it simulates something else meanwhile and is set back afterwards)"""


def verify(
    *,
    host: Annotated[
        str | None, typer.Option("--host", "-H", metavar="URL", help="A running mock server; without it one is started")
    ] = None,
    streams: Annotated[
        str, typer.Option(metavar="N,N,...", help="How many streams at once, level by level; ends where bounds break")
    ] = ",".join(map(str, DEFAULT_STREAMS)),
    steady_s: Annotated[
        float,
        typer.Option("--steady", min=1, metavar="SECONDS", callback=finite, help="How long each level is measured"),
    ] = DEFAULT_STEADY_S,
    outcomes: Annotated[
        bool, typer.Option("--outcomes/--no-outcomes", help="Whether every kind of fault is tried, too")
    ] = True,
    first_p50: Annotated[
        float, typer.Option(min=0, metavar="MS", callback=finite, help="Bound on the first token's error, p50")
    ] = AS_USUAL.first_p50_ms,
    first_p99: Annotated[
        float, typer.Option(min=0, metavar="MS", callback=finite, help="Bound on the first token's error, p99")
    ] = AS_USUAL.first_p99_ms,
    itl: Annotated[
        float, typer.Option(min=0, metavar="PERCENT", callback=finite, help="Bound on the ITL's mean error")
    ] = 100 * AS_USUAL.itl,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write what was found, as JSON")
    ] = None,
) -> None:
    """Measure the harness's own error on this machine, against a mock server that knows the truth.

    Drives the mock at rising numbers of streams, joins what the harness recorded with what the mock wrote down, and
    prints how far apart they are: received minus written, on one clock. Then every kind of fault, streamed and plain:
    each has an outcome that is due. The most streams a worker held within the bounds are remembered, and later runs
    with more say so.

    Exit codes: 0 proven, 1 not proven, 2 usage, 3 the mock server could not be asked.
    """
    if host is not None and not _is_address(host):
        raise SettingError("--host", f"{host!r} is no address; write for example http://127.0.0.1:8000")
    if json_file is not None and not json_file.parent.is_dir():
        raise SettingError("--json", f"{json_file.parent} is no folder; name a file in one that is there")
    asked = Verify(
        host=host,
        streams=_streams(streams),
        steady_s=steady_s,
        outcomes=outcomes,
        bounds=Bounds(first_p50_ms=first_p50, first_p99_ms=first_p99, itl=itl / 100),
    )
    console = stdout()
    try:
        code = verified(asked, os.environ, clock=time.time, console=console, json_file=json_file)
    except (MockError, RunFailedError) as error:
        typer.echo(f"harness: {error}", err=True)
        raise typer.Exit(Exit.INVALID) from None
    except OSError as error:
        raise SettingError("--json", f"{error.filename} cannot be written ({error.strerror})") from None
    raise typer.Exit(code)


def _is_address(host: str) -> bool:
    try:
        address = urlsplit(host)
        return address.scheme in ("http", "https") and bool(address.hostname) and address.port != 0
    except ValueError:  # brackets without an IPv6 address in them, a port beyond the last
        return False


def _streams(text: str) -> tuple[int, ...]:
    try:
        levels = tuple(int(part) for part in text.split(","))
    except ValueError:
        levels = ()
    if not levels or min(levels) < 1 or list(levels) != sorted(set(levels)):
        raise SettingError("--streams", f"{text!r} is no rising list of numbers; write for example 50,100,200")
    return levels
