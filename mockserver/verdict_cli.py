"""`mockserver verdict`: how clients behaved, by the journal of a server or a file."""

from collections.abc import Iterator
from functools import partial
from typing import Annotated, Final

import orjson
import typer
from msgspec.structs import replace

from profiles.catalogue import load_catalogue
from profiles.pricing import completion_usd

from .options_number import finite
from .truth.verdict import AS_USUAL, Verdict

EXAMPLES: Final = """Examples:

`mockserver verdict http://127.0.0.1:8000` (a running server; exit code 1 when a client misbehaved)

`mockserver verdict upstream.jsonl --strict` (the file of `mockserver serve --journal upstream.jsonl`)

`mockserver verdict http://127.0.0.1:8000 --json > verdict.json`

Of another machine, MOCK_ADMIN_TOKEN has to be set as it is there."""
_MISBEHAVED: Final = 1


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
    # Not at the top: whoever serves waits for nothing of this.
    from .journal_read import entries, forgotten, is_remote  # noqa: PLC0415
    from .truth.conduct import judge  # noqa: PLC0415

    bounds = replace(AS_USUAL, stall_s=stall_s, amplification=amplification, in_flight=in_flight)
    found = judge(entries(journal), bounds, price=partial(completion_usd, load_catalogue()))
    if as_json:
        typer.echo(orjson.dumps(found.to_dict(), option=orjson.OPT_INDENT_2).decode())
    else:
        typer.echo("\n".join(said(found)))
        if is_remote(journal) and (count := forgotten(journal)):
            typer.echo(f"  the first {count:,} requests are forgotten: mockserver serve --journal FILE keeps all")
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
