"""The command line: `harness run`, `harness worker`, `harness report`, `harness workload`."""

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from profiles import ProfileError
from profiles.catalogue import load_catalogue
from profiles.files import names

from . import (
    compare_cli,
    estimate_cli,
    gate_cli,
    options_money,
    options_report,
    options_warm_up,
    run_cli,
    verify_cli,
)
from .report.terminal import stdout
from .run.asked import Asked
from .run.exits import Exit
from .run.folder import RunFolder
from .run.ports import NoServerError
from .run.reports import Revision, render
from .run.settings import SettingError
from .workload import Workload
from .workload.describe import describe

app = typer.Typer(
    name="harness",
    help="Load-test a chat-completions API and tell the truth about it.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
)
workloads = typer.Typer(help="The shipped workloads.", no_args_is_help=True)
app.add_typer(workloads, name="workload")


app.command(epilog=run_cli.RUN_EXAMPLES)(run_cli.run)
app.command(epilog=run_cli.WORKER_EXAMPLES)(run_cli.worker)


@app.command(
    epilog="""Examples:

`harness report runs/mixed-20260102-101500`

`harness report runs/mixed-20260102-101500 --format html --out report.html`

`harness report runs/mixed-20260102-101500 --format timeseries | head`"""
)
def report(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="A run folder, such as runs/basic-...")],
    *,
    format_: options_report.Format = "terminal",
    out: options_report.ReportOut = None,
    warm_up: options_warm_up.WarmUp = None,
    price_as: options_money.LaterPriceAs = None,
) -> None:
    """Fold the records of a run again, and tell what came of it in another form.

    Renews summary.json in the folder. Another warm-up than the run's, and a price, are kept in run.json, so that
    whatever is made of the run later agrees.
    """
    render(RunFolder(folder), format_, out, stdout(), Revision(warm_up=warm_up, price_as=price_as))


app.command(epilog=gate_cli.EXAMPLES)(gate_cli.gate)
app.command(epilog=compare_cli.EXAMPLES)(compare_cli.compare)
app.command(epilog=verify_cli.EXAMPLES)(verify_cli.verify)
app.command(epilog=estimate_cli.EXAMPLES)(estimate_cli.estimate)


@workloads.command("list")
def list_() -> None:
    """List the shipped workloads."""
    for name in names("workloads"):
        typer.echo(f"{name:<14} {Workload.load(name, seed=0).description}")


@workloads.command("show")
def show_(
    workload: Annotated[str, typer.Argument(metavar="WORKLOAD", help="Name of a shipped workload or path to a .toml")],
    *,
    seed: Annotated[
        int | None,
        typer.Option(metavar="N", help="Seed of what is shown (default: the workload's, or 0)"),
    ] = None,
    rate: Annotated[
        float | None, typer.Option(metavar="RATE", help="Tokens per minute when so many sessions are begun per second")
    ] = None,
    users: Annotated[
        int | None,
        typer.Option("--users", "-u", metavar="N", min=1, help="Tokens per minute of so many users"),
    ] = None,
) -> None:
    """Show what a workload asks: classes, shares, sizes, pauses, tokens per minute, and a few of the questions."""
    if rate is not None and not 0 < rate < float("inf"):
        raise SettingError("--rate", f"{rate:g} is not a rate; write a number of sessions per second above 0")
    shown = Workload.load(workload, seed=seed)
    Asked.of(shown.run, workload)
    typer.echo(describe(shown, load_catalogue(), rate_per_s=rate, users=users))


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


def _one_line(error: typer.TyperException) -> str:
    said = error.format_message() if hasattr(error, "format_message") else str(error)
    context = getattr(error, "ctx", None)
    return f"{' '.join(said.split())} (see {'harness' if context is None else context.command_path} --help)"


def _fail(why: str, code: Exit) -> NoReturn:
    sys.stderr.write(f"harness: {why}\n")
    sys.exit(code)
