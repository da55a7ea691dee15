"""`harness run` and `harness worker`: loads that are made here, or made together."""

import os
import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from . import options, options_gate, options_money, options_report, options_warm_up
from .report.terminal import stdout
from .run.asked import Asked
from .run.caps import cost_cap, count_cap
from .run.conduct import conduct
from .run.crew import DEFAULT_PORT, Address, Crew, crew_of
from .run.endpoint import extra_body_of, headers_of
from .run.exits import Exit
from .run.gates import Gates
from .run.joining import Joining, join
from .run.labels import labels_of
from .run.load_flags import LoadFlags
from .run.locust_flags import passed_on, split_workload
from .run.preflight import Precautions
from .run.pricing import price_as_of
from .run.rehearsal import rehearse
from .run.reports import Making
from .run.settings import RunSettings, SettingError, retry_policy, run_time_s, timeouts_of
from .run.warming import warm_up_of
from .workload import load_run_table

DEFAULT_WORKLOAD: Final = "basic"
RUN_EXAMPLES: Final = """Examples:

`harness run basic --host http://127.0.0.1:8000 --users 50 --spawn-rate 10 --run-time 60s`

`harness run ./mine.toml -H http://127.0.0.1:8000 -u 5 --requests 100 --think-time 0 --seed 7`

`OPENAI_API_KEY=... harness run streaming -H https://api.openai.com -u 2 -t 30s --max-cost-usd 0.50 --rehearse`

`OPENAI_API_KEY=... harness run mixed -H https://api.openai.com -u 5 -t 5m --max-cost-usd 2 --max-requests 500 --yes`

`harness run mixed -H http://127.0.0.1:8000 --rate "0-60s: 1->20, 60-120s: 20"`, or a shape,
`--rate "spike: base=5, peak=50"`, or a plan of users, `--users "0-60s: 1->50"`

`harness run streaming -H http://127.0.0.1:8000 --trace two-minutes --trace-speed 2`

`harness run mixed -H http://127.0.0.1:8000 -t 60s --slo "ttft.p95 < 800ms" --slo "complete >= 99.5%"
--abort-on "errors > 20%"`

`harness run mixed -H http://127.0.0.1:8000 -u 200 --processes 4 --web-ui`

`harness run mixed -H http://10.0.0.5:8000 --target mock -u 200 --master --bind 0.0.0.0 --expect-workers 2`, and on two
other machines `harness worker --master-host 10.0.0.9 --label region=eu`

`harness run mixed -H http://127.0.0.1:8000 -- --loglevel DEBUG --csv stats`"""
WORKER_EXAMPLES: Final = """Examples:

`harness worker --master-host 10.0.0.9 --label region=eu`

`OPENAI_API_KEY=... harness worker --master-host 10.0.0.9 --processes 4`"""


def run(
    *,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[WORKLOAD] [-- LOCUST FLAGS]",
            help="Name of a shipped workload or path to a .toml (default: basic); after --, flags for Locust itself",
        ),
    ] = None,
    host: options.Host = None,
    users: options.Users = None,
    spawn_rate: options.SpawnRate = None,
    rate: options.Rate = None,
    arrivals: options.ArrivalKind = None,
    trace: options.Trace = None,
    trace_speed: options.TraceSpeed = None,
    trace_rate: options.TraceRate = None,
    run_time: options.RunTime = None,
    requests: options.Requests = None,
    model: options.Model = None,
    think_time: options.ThinkTime = None,
    seed: options.Seed = None,
    retry: options.RetryPolicy = None,
    connect_timeout: options.ConnectTimeout = None,
    first_token_timeout: options.FirstTokenTimeout = None,
    idle_timeout: options.IdleTimeout = None,
    total_timeout: options.TotalTimeout = None,
    stop_timeout: options.StopTimeout = None,
    warm_up: options_warm_up.WarmUp = None,
    max_cost_usd: options_money.MaxCostUsd = None,
    max_requests: options_money.MaxRequests = None,
    max_tokens_total: options_money.MaxTokensTotal = None,
    price_as: options_money.PriceAs = None,
    rehearse_first: options_money.Rehearse = False,
    yes: options_money.Yes = False,
    out: options.Out = None,
    processes: options.Processes = None,
    master: options.Master = False,
    bind: options.Bind = None,
    expect_workers: options.ExpectWorkers = None,
    label: options.Labels = None,
    web_ui: options.WebUi = False,
    web_host: options.WebHost = None,
    web_port: options.WebPort = None,
    path_prefix: options.PathPrefix = None,
    header: options.Headers = None,
    extra_body: options.ExtraBody = None,
    api: options.ApiForm = "openai",
    api_version: options.ApiVersion = None,
    allow_http: options.AllowHttp = False,
    target: options.Target = None,
    ca_file: options.CaFile = None,
    slo: options_gate.Slos = None,
    abort_on: options_gate.AbortOn = None,
    goodput: options_gate.Goodput = None,
    gzip: options_report.Gzip = False,
    no_html: options_report.NoHtml = False,
) -> None:
    """Run a workload against an API.

    Each user holds one conversation after another, with pauses to think; with --rate or --trace conversations begin
    when those say, whatever the server does (docs/load.md). Every attempt is recorded, and counts as a success only
    when its answer is proven complete. The key comes from OPENAI_API_KEY, or from the file that
    OPENAI_API_KEY_FILE names, for Azure too; a server on this machine needs none. Proxies come from HTTPS_PROXY,
    HTTP_PROXY and NO_PROXY. Any other host than this machine is taken for a real API, which costs money: it is asked
    only within a cap, after an estimate, a probe and a yes (docs/money.md). Ctrl-C ends the run early: requests in
    flight may finish; a second one ends it at once.

    Exit codes: 0 done, every SLO held; 1 an SLO broken, or aborted; 2 usage; 3 the run says nothing about the server,
    lacks records, or has too few to judge an SLO; 130 interrupted.
    """
    workload, locust_flags = split_workload(words or (), DEFAULT_WORKLOAD)
    crew = crew_of(
        processes=processes,
        master=master,
        expect_workers=expect_workers,
        bind=bind,
        web_ui=web_ui,
        web_host=web_host,
        web_port=web_port,
        labels=label or (),
        locust_flags=locust_flags,
    )
    if host is None:
        raise SettingError(
            "--host", "missing; write for example --host http://127.0.0.1:8000 (a mock starts with: mockserver serve)"
        )
    gates = Gates.of(slo or (), abort_on or (), goodput or ())
    asked = Asked.of(load_run_table(workload), workload)
    flags = RunSettings(
        host=host,
        workload=_absolute(workload),
        run_time_s=run_time_s(run_time) or asked.run_time_s,
        requests=requests,
        model=model or None,
        think_time_s=think_time,
        seed=seed,
        retry=retry_policy(retry),
        timeouts=timeouts_of(connect_timeout, first_token_timeout, idle_timeout, total_timeout),
        stop_timeout_s=asked.stop_timeout(stop_timeout),
        warm_up=None if warm_up_of(warm_up) is None else warm_up,
        max_cost_usd=cost_cap(max_cost_usd),
        max_requests=count_cap(max_requests, "--max-requests"),
        max_tokens_total=count_cap(max_tokens_total, "--max-tokens-total"),
        price_as=price_as_of(price_as),
        goodput=tuple(goodput) if goodput else None,
        path_prefix=path_prefix or None,
        api=api,
        api_version=api_version or None,
        headers=headers_of(header or (), os.environ),
        extra_body=extra_body_of(extra_body),
        allow_http=allow_http,
        target=target,
        ca_file=_absolute_file(ca_file),
    )
    load = LoadFlags(
        users=users,
        spawn_rate=spawn_rate,
        rate=rate,
        arrivals=arrivals,
        trace=trace,
        trace_speed=trace_speed,
        trace_rate=trace_rate,
    )
    settings, said = load.over(asked.table).settled(asked.filled(flags), crew.workers)
    console = stdout()
    for line in said:
        console.print(line, soft_wrap=True, highlight=False, markup=False)
    making = Making(page=not no_html, packed=gzip)
    raise typer.Exit(_made(settings, crew, out, gates, making, yes=yes, rehearse_first=rehearse_first))


def _made(
    settings: RunSettings,
    crew: Crew,
    out: Path | None,
    gates: Gates,
    making: Making,
    *,
    yes: bool,
    rehearse_first: bool,
) -> Exit:
    """Make the run, after a rehearsal where one is wanted."""
    console = stdout()
    precautions = Precautions(yes=yes)
    if rehearse_first:
        rehearsed = rehearse(settings, crew, precautions, out=out, argv=sys.argv, environ=os.environ, console=console)
        if rehearsed is None:
            return Exit.INTERRUPTED
        precautions = Precautions(yes=yes, rehearsed=rehearsed)
    return conduct(
        settings,
        crew,
        out,
        sys.argv,
        os.environ,
        console=console,
        gates=gates,
        making=making,
        precautions=precautions,
    )


def worker(
    *,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[-- LOCUST FLAGS]", help="After --, flags for Locust itself")
    ] = None,
    master_host: options.MasterHost = None,
    master_port: options.MasterPort = DEFAULT_PORT,
    processes: options.WorkerProcesses = 1,
    label: options.Labels = None,
    header: options.Headers = None,
    ca_file: options.CaFile = None,
    out: options.WorkerOut = None,
) -> None:
    """Take part in the run of another machine (harness run --master).

    Waits for the master, does what it says, sends it the records, and ends with the run. What to ask comes from the
    master; secrets do not travel: OPENAI_API_KEY and HARNESS_HEADERS are read here. Records that the master did not
    get are kept, and where is said. Ctrl-C leaves the run: requests in flight may finish; a second one ends at once.

    Exit codes: 0 done, 2 usage, 3 the master was lost or a process failed, 130 interrupted.
    """
    if master_host is None:
        raise SettingError("--master-host", "missing; name the machine where harness run --master runs")
    joining = Joining(
        master=Address(master_host, master_port),
        processes=processes,
        labels=labels_of(label or ()),
        headers=headers_of(header or (), os.environ),
        ca_file=_absolute_file(ca_file),
        locust_flags=passed_on(words or ()),
    )
    raise typer.Exit(join(joining, out, os.environ, stdout()))


def _absolute(workload: str) -> str:
    """A path that holds whatever the working directory of the load process is; a name stays a name."""
    return str(Path(workload).resolve()) if workload.endswith(".toml") or "/" in workload else workload


def _absolute_file(path: Path | None) -> str | None:
    return None if path is None else str(path.resolve())
