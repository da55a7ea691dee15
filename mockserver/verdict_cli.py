"""`mockserver verdict`: how clients behaved, by the journal of a server or a file."""

import os
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

import orjson
import typer

from profiles.catalogue import load_catalogue
from profiles.errors import ProfileError
from profiles.journal import JournalEntry
from profiles.pricing import completion_usd

from .options_number import finite
from .truth.conduct import judge
from .truth.verdict import AS_USUAL, Verdict

EXAMPLES: Final = """Examples:

`mockserver verdict http://127.0.0.1:8000` (a running server; exit code 1 when a client misbehaved)

`mockserver verdict upstream.jsonl --strict` (the file of `mockserver serve --journal upstream.jsonl`)

`mockserver verdict http://127.0.0.1:8000 --json > verdict.json`

Of another machine, MOCK_ADMIN_TOKEN has to be set as it is there."""
_MISBEHAVED: Final = 1
_PATIENCE_S: Final = 30
_WRONG_TOKEN: Final = 401


def verdict_(
    journal: Annotated[str, typer.Argument(metavar="URL|FILE", help="Address of a server, or a journal's file")],
    *,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 on warnings, too")] = False,
    stall_s: Annotated[
        float,
        typer.Option(
            "--stall", min=0, metavar="SECONDS", callback=finite, help="How long clients may sit through silence"
        ),
    ] = AS_USUAL.stall_s,
    amplification: Annotated[
        float, typer.Option(min=1, callback=finite, help="Attempts a call, over the run, above which clients fail")
    ] = AS_USUAL.amplification,
    in_flight: Annotated[
        int | None, typer.Option(min=1, help="Requests of one key that may be open at once (default: any number)")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the verdict as JSON")] = False,
) -> None:
    """Say how clients behaved: whether they waited, retried and left as they should."""
    remote = journal.startswith(("http://", "https://"))
    lines = _fetched(journal) if remote else _read(journal)
    bounds = replace(AS_USUAL, stall_s=stall_s, amplification=amplification, in_flight=in_flight)
    found = judge(_entries(journal, lines), bounds, price=partial(completion_usd, load_catalogue()))
    if as_json:
        typer.echo(orjson.dumps(found.to_dict(), option=orjson.OPT_INDENT_2).decode())
    else:
        typer.echo("\n".join(said(found)))
        if remote and (forgotten := _forgotten(journal)):
            typer.echo(f"  the first {forgotten:,} requests are forgotten: mockserver serve --journal FILE keeps all")
    if not found.held(strict=strict):
        raise typer.Exit(_MISBEHAVED)


def said(found: Verdict) -> Iterator[str]:
    """A verdict in lines."""
    if not found.requests:
        yield "verdict: no requests, nothing to judge"
        return
    left_out = f"; {found.ambiguous:,} ambiguous requests are not judged" if found.ambiguous else ""
    yield f"verdict: {found.requests:,} requests in {found.calls:,} calls{left_out}"
    if found.amplification is not None and found.complete_at_first is not None:
        yield (
            f"  {found.amplification:.2f} attempts a call; complete at first {found.complete_at_first:.1%}, "
            f"in the end {found.complete_in_the_end:.1%}; at most {found.most_in_flight:,} of one key open at once"
        )
    for finding in found.findings:
        examples = f" ({', '.join(finding.examples)})" if finding.examples else ""
        yield f"  {finding.level:8} {finding.kind}: {finding.text}{examples}"
    failures = sum(finding.level == "failure" for finding in found.findings)
    warnings = len(found.findings) - failures
    counted = f"{failures} failure{'s' * (failures != 1)}, {warnings} warning{'s' * (warnings != 1)}"
    yield f"{'misbehaved' if failures else 'well behaved'}: {counted}"


def _entries(source: str, lines: Iterable[bytes]) -> Iterator[JournalEntry]:
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield JournalEntry.from_dict(orjson.loads(line))
            except (ValueError, AttributeError):
                why = "is no entry of a journal, as mockserver serve --journal writes them"
                raise ProfileError(source, f"line {number}", why) from None


def _read(path: str) -> Iterator[bytes]:
    try:
        with Path(path).open("rb") as file:
            yield from file
    except OSError as error:
        raise ProfileError(
            path, "", f"{(error.strerror or 'cannot be read').lower()}; give a file or http://HOST:PORT"
        ) from None


def _fetched(url: str) -> Iterator[bytes]:
    """The lines of a running server's journal. Whatever is behind its host and port does not matter."""
    request = _asking(url, "requests.jsonl")
    try:
        with urllib.request.urlopen(request, timeout=_PATIENCE_S) as answer:  # noqa: S310 - the same
            yield from answer
    except urllib.error.HTTPError as refused:
        with refused:
            wrong = refused.code == _WRONG_TOKEN
            why = (
                "MOCK_ADMIN_TOKEN is missing or not the server's" if wrong else "there is no mock server's journal here"
            )
            raise ProfileError(url, "", why) from None
    except (OSError, ValueError) as error:
        raise ProfileError(url, "", f"nothing answers there: {getattr(error, 'reason', error)}") from None


def _forgotten(url: str) -> int:
    """How many requests a server that has just been asked does not keep any more."""
    with urllib.request.urlopen(_asking(url, "requests?limit=0"), timeout=_PATIENCE_S) as answer:  # noqa: S310 - the same
        forgotten: int = orjson.loads(answer.read())["forgotten"]
    return forgotten


def _asking(url: str, what: str) -> urllib.request.Request:
    address = urlsplit(url)
    token = os.environ.get("MOCK_ADMIN_TOKEN")
    headers = {"authorization": f"Bearer {token}"} if token else {}
    where = f"{address.scheme}://{address.netloc}/_mock/{what}"
    return urllib.request.Request(where, headers=headers)  # noqa: S310 - checked: http(s)
