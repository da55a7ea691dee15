"""`harness estimate`: what a run will take, before it is run."""

from pathlib import Path
from typing import Annotated, Final

import typer

from . import options, options_money
from .money.estimate import lines
from .run.asked import Asked
from .run.estimating import ASSUMED, FOUND, from_run, from_workload, limits_of
from .run.folder import RunFolder
from .run.load_flags import LoadFlags
from .run.pricing import catalogue_of, price_as_of
from .run.settings import RunSettings, run_time_s
from .workload import Workload, load_run_table

EXAMPLES: Final = """Examples:

`harness estimate streaming --users 20 --run-time 10m`

`harness estimate mixed --rate 2 --run-time 10m --model gpt-4o-mini --limits tier1`

`harness estimate mixed --users 20 --run-time 1h --from runs/mixed-20261127-202313`"""
_NOWHERE: Final = "http://127.0.0.1"


def estimate(
    *,
    workload: Annotated[
        str, typer.Argument(metavar="WORKLOAD", help="Name of a shipped workload or path to a .toml")
    ] = "basic",
    users: options.Users = None,
    rate: options.Rate = None,
    trace: options.Trace = None,
    run_time: options.RunTime = None,
    requests: options.Requests = None,
    model: options.Model = None,
    think_time: options.ThinkTime = None,
    seed: options.Seed = None,
    price_as: options_money.PriceAs = None,
    limits: options_money.Limits = None,
    from_: options_money.From = None,
) -> None:
    """Estimate the requests, tokens and dollars of a run, and its share of the rate limits.

    By the workload alone there are a low, an expected and a worst case, with what they assume; by a run that was made,
    a rehearsal against the mock for example, there is what was measured. Nothing is asked of any server.
    """
    asked = Asked.of(load_run_table(workload), workload)
    flags = asked.filled(
        RunSettings(
            host=_NOWHERE,
            workload=workload,
            run_time_s=run_time_s(run_time) or asked.run_time_s,
            requests=requests,
            model=model or None,
            think_time_s=think_time,
            seed=seed,
            price_as=price_as_of(price_as),
        )
    )
    load = LoadFlags(users=users, rate=rate, trace=trace).over(asked.table)
    settings, said = load.settled(flags, 1)
    profile = limits_of(limits)
    if from_ is None:
        found = from_workload(settings, Workload.load(workload, seed=settings.seed, model=settings.model), profile)
    else:
        found = from_run(settings, RunFolder(Path(from_)), profile)
    for line in [*said, *lines(found, catalogue_of(settings), limits), ASSUMED if from_ is None else FOUND]:
        typer.echo(line)
