"""The command line: `harness run`, `harness report`, `harness workload`."""

import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from profiles import ProfileError
from profiles.catalogue import load_catalogue
from profiles.files import names

from .client.endpoint import AZURE_API_VERSION, Api
from .report.terminal import WIDTH, show
from .run.conduct import FAILURES_SHOWN, Exit, NoServerError, conduct
from .run.endpoint import extra_body_of, headers_of
from .run.folder import RunFolder
from .run.results import Results
from .run.settings import Retry, RunSettings, SettingError, TargetKind, seconds
from .workload import Workload
from .workload.describe import describe

DEFAULT_RUN_TIME = "60s"
DEFAULT_SPAWN_TIME_S = 5
ENDPOINT = "The endpoint (docs/endpoints.md)"
"""Where these options stand in the help."""

app = typer.Typer(
    name="harness",
    help="Load-test a chat-completions API and tell the truth about it.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
)
workloads = typer.Typer(help="The shipped workloads.", no_args_is_help=True)
app.add_typer(workloads, name="workload")


@app.command(
    epilog="""Examples:

`harness run basic --host http://127.0.0.1:8000 --users 50 --spawn-rate 10 --run-time 60s`

`harness run ./mine.toml -H http://127.0.0.1:8000 -u 5 --requests 100 --think-time 0 --seed 7`

`OPENAI_API_KEY=... harness run streaming -H https://api.openai.com -u 2 -t 30s --model gpt-4o-mini --retry backoff`"""
)
def run(
    *,
    workload: Annotated[
        str, typer.Argument(metavar="WORKLOAD", help="Name of a shipped workload or path to a .toml")
    ] = "basic",
    host: Annotated[
        str | None,
        typer.Option("--host", "-H", metavar="URL", help="Base URL of the API, for example http://127.0.0.1:8000"),
    ] = None,
    users: Annotated[int, typer.Option("--users", "-u", metavar="N", min=1, help="Users at once")] = 10,
    spawn_rate: Annotated[
        float | None,
        typer.Option("--spawn-rate", "-r", metavar="RATE", help="Users started per second (default: all within 5 s)"),
    ] = None,
    run_time: Annotated[
        str | None, typer.Option("--run-time", "-t", metavar="TIME", help="End after this time: 90, 60s, 5m, 1h30m")
    ] = None,
    requests: Annotated[
        int | None,
        typer.Option("--requests", "-n", metavar="N", min=1, help="End after this many calls; a retried call is one"),
    ] = None,
    model: Annotated[str | None, typer.Option(metavar="NAME", help="Ask this model instead of the workload's")] = None,
    think_time: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", min=0, help="Pause after each answer in seconds, instead of the workload's"),
    ] = None,
    seed: Annotated[int, typer.Option(metavar="N", help="Seed of prompts, think times and retry jitter")] = 0,
    retry: Annotated[Retry, typer.Option(help="What to do with failed attempts")] = "none",
    stop_timeout: Annotated[
        str,
        typer.Option("--stop-timeout", "-s", metavar="TIME", help="How long requests in flight may finish at the end"),
    ] = "30s",
    path_prefix: Annotated[
        str | None,
        typer.Option(
            metavar="PATH",
            envvar="HARNESS_PATH_PREFIX",
            help="Path in front of /v1/chat/completions; one with a version of its own, such as /api/v3, replaces /v1",
            rich_help_panel=ENDPOINT,
        ),
    ] = None,
    header: Annotated[
        list[str] | None,
        typer.Option(
            metavar="'NAME: VALUE'",
            help="Header of every request; repeatable. Values are never stored. Out of sight of process lists: "
            "HARNESS_HEADERS in the environment, one a line",
            rich_help_panel=ENDPOINT,
        ),
    ] = None,
    extra_body: Annotated[
        str | None,
        typer.Option(
            metavar="JSON",
            envvar="HARNESS_EXTRA_BODY",
            help="Object whose fields go into every request body",
            rich_help_panel=ENDPOINT,
        ),
    ] = None,
    api: Annotated[
        Api,
        typer.Option(
            envvar="HARNESS_API",
            help="Form of the routes. azure: models are deployments, and the key goes into the api-key header",
            rich_help_panel=ENDPOINT,
        ),
    ] = "openai",
    api_version: Annotated[
        str | None,
        typer.Option(
            metavar="VERSION",
            envvar="HARNESS_API_VERSION",
            help=f"Azure's api-version (default: {AZURE_API_VERSION})",
            rich_help_panel=ENDPOINT,
        ),
    ] = None,
    allow_http: Annotated[
        bool,
        typer.Option(
            "--allow-http",
            envvar="HARNESS_ALLOW_HTTP",
            help="Allow plain http to another machine",
            rich_help_panel=ENDPOINT,
        ),
    ] = False,
    target: Annotated[
        TargetKind | None,
        typer.Option(
            envvar="HARNESS_TARGET",
            help="What the host is: a mock needs no key and may be asked over plain http "
            "(default: mock on this machine, real anywhere else)",
            rich_help_panel=ENDPOINT,
        ),
    ] = None,
    ca_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            envvar="HARNESS_CA_FILE",
            help="PEM file of the authority that signed the server's certificate, in place of the system's",
            rich_help_panel=ENDPOINT,
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Folder of the results (default: runs/WORKLOAD-TIME)")
    ] = None,
) -> None:
    """Run a workload against an API.

    Each user holds one conversation after another, with pauses to think. Every attempt is recorded, and counts as a
    success only when its answer is proven complete. The key comes from OPENAI_API_KEY, for Azure too; a server on this
    machine needs none. Proxies come from HTTPS_PROXY, HTTP_PROXY and NO_PROXY. Ctrl-C ends the run early: requests in
    flight may finish; a second one ends it at once.

    Exit codes: 0 done, 2 usage, 3 the run says nothing about the server, 130 interrupted.
    """
    if host is None:
        raise SettingError(
            "--host", "missing; write for example --host http://127.0.0.1:8000 (a mock starts with: mockserver serve)"
        )
    if run_time is None and requests is None:
        run_time = DEFAULT_RUN_TIME
        _console().print(f"neither --run-time nor --requests given: running for {run_time}", highlight=False)
    settings = RunSettings(
        host=host,
        workload=_absolute(workload),
        users=users,
        spawn_rate=_rate(spawn_rate, users),
        run_time_s=_run_time_s(run_time),
        requests=requests,
        model=model,
        think_time_s=think_time,
        seed=seed,
        retry=retry,
        stop_timeout_s=seconds(stop_timeout, "--stop-timeout"),
        path_prefix=path_prefix or None,
        api=api,
        api_version=api_version or None,
        headers=headers_of(header or (), os.environ),
        extra_body=extra_body_of(extra_body),
        allow_http=allow_http,
        target=target,
        ca_file=None if ca_file is None else str(ca_file.resolve()),
    )
    raise typer.Exit(conduct(settings, out, sys.argv, os.environ, _console()))


@app.command()
def report(folder: Annotated[Path, typer.Argument(metavar="RUN", help="A run folder, such as runs/basic-...")]) -> None:
    """Fold the records of a run again and print the summary."""
    run_folder = RunFolder(folder)
    run_folder.run()
    results = Results.of(run_folder.records())
    summary = results.written(run_folder)
    show(
        _console(),
        summary,
        results.failures.most_common(FAILURES_SHOWN),
        folder,
        results.mismatches.lines(FAILURES_SHOWN),
    )


@workloads.command("list")
def list_() -> None:
    """List the shipped workloads."""
    for name in names("workloads"):
        typer.echo(f"{name:<14} {Workload.load(name, seed=0).description}")


@workloads.command("show")
def show_(
    workload: Annotated[str, typer.Argument(metavar="WORKLOAD", help="Name of a shipped workload or path to a .toml")],
    *,
    seed: Annotated[int, typer.Option(metavar="N", help="Seed of the questions that are shown")] = 0,
) -> None:
    """Show what a workload asks: classes, shares, sizes, pauses, and a few of the questions."""
    typer.echo(describe(Workload.load(workload, seed=seed), load_catalogue()))


def main() -> NoReturn:
    """Run the command line; errors are one line and exit code 2, or 3 when there is no server."""
    try:
        code = app(standalone_mode=False)
    except (SettingError, ProfileError) as error:
        _fail(str(error), Exit.USAGE)
    except NoServerError as error:
        _fail(str(error), Exit.INVALID)
    except typer.TyperException as error:
        _fail(_one_line(error), Exit.USAGE)
    except KeyboardInterrupt:
        sys.exit(Exit.INTERRUPTED)
    sys.exit(code or 0)


def _console() -> Console:
    console = Console()
    return console if console.is_terminal else Console(width=WIDTH)


def _absolute(workload: str) -> str:
    """A path that holds whatever the working directory of the load process is; a name stays a name."""
    return str(Path(workload).resolve()) if workload.endswith(".toml") or "/" in workload else workload


def _rate(given: float | None, users: int) -> float:
    if given is None:
        return max(1.0, users / DEFAULT_SPAWN_TIME_S)
    if not 0 < given < float("inf"):
        raise SettingError("--spawn-rate", f"{given:g} is not a rate; write a number of users per second above 0")
    return given


def _run_time_s(text: str | None) -> float | None:
    if text is None:
        return None
    run_time_s = seconds(text, "--run-time")
    if run_time_s <= 0:
        raise SettingError("--run-time", f"{text!r} is no time at all; write 60s, 5m or 1h30m")
    return run_time_s


def _one_line(error: typer.TyperException) -> str:
    said = error.format_message() if hasattr(error, "format_message") else str(error)
    return f"{' '.join(said.split())} (see harness run --help)"


def _fail(why: str, code: Exit) -> NoReturn:
    sys.stderr.write(f"harness: {why}\n")
    sys.exit(code)
