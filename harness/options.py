"""The options of the command line, as types: each with its name, its form and its help."""

from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer

from .client.endpoint import AZURE_API_VERSION, Api
from .options_number import finite
from .run.settings import TargetKind

LOAD: Final = "When conversations begin, if not as soon as a user is free (docs/load.md)"
ENDPOINT: Final = "The endpoint (docs/endpoints.md)"
PATIENCE: Final = "How long an attempt may take: 0.5, 60s, 5m"
PROCESSES: Final = "Several processes, several machines (docs/swarm.md)"
"""Where options stand in the help."""

Host: TypeAlias = Annotated[
    str | None,
    typer.Option("--host", "-H", metavar="URL", help="Base URL of the API, for example http://127.0.0.1:8000"),
]
Users: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--users",
        "-u",
        metavar="N|PLAN",
        help='Users at once (default: 10), or a plan of them: "0-60s: 1->50, 60-120s: 50". With --rate and --trace how '
        "many there are at most (default: a guess, which is said)",
    ),
]
SpawnRate: TypeAlias = Annotated[
    float | None,
    typer.Option(
        "--spawn-rate",
        "-r",
        metavar="RATE",
        help="Users started per second (default: all within 5 s); a plan starts them itself",
    ),
]
Rate: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="N|PLAN",
        help='Conversations that begin per second, whatever the server does: 20, "0-60s: 1->20, 60-120s: 20", or a '
        'shape (ramp, steps, spike, soak, sawtooth) with settings: "spike: base=5, peak=50"',
        rich_help_panel=LOAD,
    ),
]
ArrivalKind: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--arrivals",
        metavar="KIND",
        help="How regularly they begin: constant, poisson, gamma:burstiness=0.5 (default: poisson)",
        rich_help_panel=LOAD,
    ),
]
Trace: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="NAME|FILE",
        help="Replay a recorded load: when requests begin, how long prompts and answers are. A shipped one "
        "(two-minutes), Azure's or BurstGPT's CSV, Mooncake's JSON lines, records.jsonl of a run",
        rich_help_panel=LOAD,
    ),
]
TraceSpeed: TypeAlias = Annotated[
    float | None, typer.Option(metavar="FACTOR", help="How much faster than it was, such as 2", rich_help_panel=LOAD)
]
TraceRate: TypeAlias = Annotated[
    float | None,
    typer.Option(
        metavar="FACTOR", help="Share of its requests, such as 0.5; above 1 they come again", rich_help_panel=LOAD
    ),
]
RunTime: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--run-time",
        "-t",
        metavar="TIME",
        help="End after this time: 90, 60s, 5m, 1h30m (default: with the plan or trace, else 60s)",
    ),
]
Requests: TypeAlias = Annotated[
    int | None,
    typer.Option("--requests", "-n", metavar="N", min=1, help="End after this many calls; a retried call is one"),
]
Model: TypeAlias = Annotated[str | None, typer.Option(metavar="NAME", help="Ask this model instead of the workload's")]
ThinkTime: TypeAlias = Annotated[
    float | None,
    typer.Option(
        metavar="SECONDS",
        min=0,
        callback=finite,
        help="Pause after each answer in seconds, instead of the workload's",
    ),
]
Seed: TypeAlias = Annotated[
    int | None, typer.Option(metavar="N", help="Seed of prompts, pauses, arrivals and retry jitter (default: 0)")
]
RetryPolicy: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="POLICY",
        help="What to do with failed attempts: none, immediate, fixed or exponential (backoff), with attempts=, "
        "base_ms=, cap_ms=, jitter=none|full|equal|decorrelated, max_wait_ms=, told=yes|no (docs/workloads.md)",
    ),
]
ConnectTimeout: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="TIME", help="Longest for name lookup, connecting and TLS (default: 10s)", rich_help_panel=PATIENCE
    ),
]
FirstTokenTimeout: TypeAlias = Annotated[
    str | None,
    typer.Option(metavar="TIME", help="Longest for a stream's first content (default: 60s)", rich_help_panel=PATIENCE),
]
IdleTimeout: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="TIME", help="Longest silence once something has come (default: 60s)", rich_help_panel=PATIENCE
    ),
]
TotalTimeout: TypeAlias = Annotated[
    str | None, typer.Option(metavar="TIME", help="Longest for an attempt (default: 10m)", rich_help_panel=PATIENCE)
]
StopTimeout: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--stop-timeout",
        "-s",
        metavar="TIME",
        help="How long requests in flight may finish at the end (default: 30s)",
    ),
]
Out: TypeAlias = Annotated[
    Path | None, typer.Option(metavar="FOLDER", help="Folder of the results (default: runs/WORKLOAD-TIME)")
]

PathPrefix: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="PATH",
        envvar="HARNESS_PATH_PREFIX",
        help="Path in front of /v1/chat/completions; one with a version of its own, such as /api/v3, replaces /v1",
        rich_help_panel=ENDPOINT,
    ),
]
Headers: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--header",
        metavar="'NAME: VALUE'",
        help="Header of every request; repeatable. Values are never stored. Out of sight of process lists: "
        "HARNESS_HEADERS in the environment, one a line",
        rich_help_panel=ENDPOINT,
    ),
]
ExtraBody: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="JSON",
        envvar="HARNESS_EXTRA_BODY",
        help="Object whose fields go into every request body",
        rich_help_panel=ENDPOINT,
    ),
]
ApiForm: TypeAlias = Annotated[
    Api,
    typer.Option(
        envvar="HARNESS_API",
        help="Form of the routes. azure: models are deployments, and the key goes into the api-key header",
        rich_help_panel=ENDPOINT,
    ),
]
ApiVersion: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="VERSION",
        envvar="HARNESS_API_VERSION",
        help=f"Azure's api-version (default: {AZURE_API_VERSION})",
        rich_help_panel=ENDPOINT,
    ),
]
AllowHttp: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--allow-http",
        envvar="HARNESS_ALLOW_HTTP",
        help="Allow plain http to another machine",
        rich_help_panel=ENDPOINT,
    ),
]
Target: TypeAlias = Annotated[
    TargetKind | None,
    typer.Option(
        envvar="HARNESS_TARGET",
        help="What the host is: a mock needs no key and may be asked over plain http "
        "(default: mock on this machine, real anywhere else)",
        rich_help_panel=ENDPOINT,
    ),
]
CaFile: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        envvar="HARNESS_CA_FILE",
        help="PEM file of the authority that signed the server's certificate, in place of the system's",
        rich_help_panel=ENDPOINT,
    ),
]

Processes: TypeAlias = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        min=1,
        help="Processes of this machine that generate load (default: 1; with --master none)",
        rich_help_panel=PROCESSES,
    ),
]
Master: TypeAlias = Annotated[
    bool,
    typer.Option("--master", help="Lead workers of other machines (harness worker)", rich_help_panel=PROCESSES),
]
Bind: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="HOST:PORT",
        help="Where --master listens for them (default: 127.0.0.1:5557; on every interface: 0.0.0.0). Whoever can "
        "connect can take part: keep it inside a network that you trust",
        rich_help_panel=PROCESSES,
    ),
]
ExpectWorkers: TypeAlias = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        min=1,
        help="How many worker processes of other machines --master awaits",
        rich_help_panel=PROCESSES,
    ),
]
Labels: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--label",
        metavar="NAME=VALUE",
        help="Put on every record that is made here, and split by in the summary; repeatable",
        rich_help_panel=PROCESSES,
    ),
]
WebUi: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--web-ui",
        help="Show Locust's web UI while the run goes on, with figures of LLM requests, and /metrics for Prometheus "
        "(docs/watching.md)",
        rich_help_panel=PROCESSES,
    ),
]
WebHost: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="HOST",
        help="Where the web UI listens (default: 127.0.0.1). It has no password: whoever sees it can end the run",
        rich_help_panel=PROCESSES,
    ),
]
WebPort: TypeAlias = Annotated[
    int | None,
    typer.Option(metavar="PORT", min=1, max=65_535, help="Its port (default: 8089)", rich_help_panel=PROCESSES),
]

MasterHost: TypeAlias = Annotated[
    str | None, typer.Option(metavar="HOST", help="The machine where harness run --master runs")
]
MasterPort: TypeAlias = Annotated[int, typer.Option(metavar="PORT", min=1, max=65_535, help="Its port")]
WorkerProcesses: TypeAlias = Annotated[
    int, typer.Option("--processes", metavar="N", min=1, help="Worker processes here; each counts in --expect-workers")
]
WorkerOut: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FOLDER",
        help="Folder of the log, and of records until they are sent (default: runs/worker-TIME)",
    ),
]
