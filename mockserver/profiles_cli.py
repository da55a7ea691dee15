"""`mockserver profiles`: what can be named, and profiles made of what was seen."""

import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from profiles.catalogue import Catalogue, ModelFacts, load_catalogue
from profiles.errors import ProfileError
from profiles.files import Kind, locate, names, read_toml

from .latency import LatencyProfile

_KINDS: Final[tuple[Kind, ...]] = ("latency", "limits", "faults")

app = typer.Typer(
    name="profiles",
    help="List the shipped profiles that --latency, --limits and --faults can name, show one, or make one of what was "
    "seen.",
    invoke_without_command=True,
    rich_markup_mode="markdown",
)


@app.callback()
def list_(context: typer.Context) -> None:
    """List the shipped profiles that --latency, --limits and --faults can name, show one, or make one."""
    if context.invoked_subcommand is not None:
        return
    for kind in _KINDS:
        typer.echo(f"--{kind}")
        for name in names(kind):
            description = read_toml(locate(kind, name)).get("description", "")
            typer.echo(f"  {name:12}{description}")


@app.command(
    "show",
    epilog="""Examples:

`mockserver profiles show hosted --model gpt-4o-mini`

`mockserver profiles show ./mine.toml --prompt-tokens 10000`""",
)
def show_(
    name: Annotated[str, typer.Argument(metavar="NAME|PATH", help="A latency profile")],
    model: Annotated[str | None, typer.Option(help="For this model (default: one without figures of its own)")] = None,
    prompt_tokens: Annotated[int, typer.Option(min=0, metavar="N", help="For prompts of so many tokens")] = 100,
) -> None:
    """Print a latency profile: the numbers that count, where they are from, and how times are distributed."""
    from .profile_shown import shown  # noqa: PLC0415 - whoever serves waits for nothing of this

    profile = LatencyProfile.from_file(name)
    facts = None if model is None else _facts(model, profile)
    for line in shown(name, profile, facts, prompt_tokens):
        typer.echo(line.rstrip())


@app.command(
    "limits-from-headers",
    epilog="""Examples:

`curl -sS --include https://api.openai.com/v1/chat/completions ... > answer.txt`

`mockserver profiles limits-from-headers answer.txt > mine.toml`

`mockserver serve --limits mine.toml`

`pbpaste | mockserver profiles limits-from-headers - > mine.toml`""",
)
def limits_from_headers_(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Pasted headers of one or more answers; - is stdin")],
) -> None:
    """Write a limits profile with the limits that response headers show.

    Headers of several answers may stand in one file, as curl, a browser or a client's log print them; what is no
    header is left out. A limit per minute is told from one per day by its reset.
    """
    from .limits.pasted import limits_from_headers  # noqa: PLC0415 - the same

    catalogue = load_catalogue()
    typer.echo(limits_from_headers(file, _text(file), lambda model: _pool_of(catalogue, model)), nl=False)


def _facts(model: str, profile: LatencyProfile) -> ModelFacts:
    """A model of the catalogue, or one that only the profile knows."""
    facts = load_catalogue(any_model=model in profile.models).resolve(model)
    if facts is None:
        raise typer.BadParameter(f"no model {model!r} in the catalogue or in this profile", param_hint="--model")
    return facts


def _text(file: str) -> str:
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise ProfileError(file, "", (error.strerror or "cannot be read").lower()) from None


def _pool_of(catalogue: Catalogue, model: str) -> str:
    """The limits pool of a model; one that is not known has its own."""
    facts = catalogue.resolve(model)
    return model if facts is None else facts.pool
