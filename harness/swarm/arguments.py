"""The harness's arguments on Locust's command line and in its web form, and the settings they mean."""

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from typing import Any, Final

from ..client.endpoint import AZURE_API_VERSION
from ..load.arrivals import POISSON
from ..run.caps import cost_cap, count_cap
from ..run.endpoint import extra_body_of, headers_of
from ..run.pricing import price_as_of
from ..run.settings import RunSettings, SettingError, retry_policy, seconds, timeouts_of

DEFAULT_WORKLOAD = "basic"
OWN: Final = ("out", "label", "header", "supervised")
"""What every process has to be told itself: Locust's master sends all else to its workers, in clear."""

ENDPOINT_ARGUMENTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "--header": {
        "action": "append",
        "metavar": "<NAME: VALUE>",
        "help": "Header of every request (repeatable; from the environment: HARNESS_HEADERS, one a line)",
    },
    "--path-prefix": {
        "default": "",
        "env_var": "HARNESS_PATH_PREFIX",
        "help": "Path in front of /v1/chat/completions; one with a version of its own, such as /api/v3, replaces /v1",
    },
    "--extra-body": {
        "metavar": "<json>",
        "default": "",
        "env_var": "HARNESS_EXTRA_BODY",
        "help": "JSON object whose fields go into every request body",
    },
    "--api": {
        "choices": ["openai", "azure"],
        "default": "openai",
        "env_var": "HARNESS_API",
        "help": "Form of the routes. azure: models are deployments, and the key goes into the api-key header",
    },
    "--api-version": {
        "default": "",
        "env_var": "HARNESS_API_VERSION",
        "help": f"Azure's api-version. Defaults to {AZURE_API_VERSION}",
    },
    "--allow-http": {
        "action": "store_true",
        "env_var": "HARNESS_ALLOW_HTTP",
        "help": "Allow plain http to another machine",
    },
    "--target": {
        "choices": ["mock", "real", ""],
        "default": "",
        "env_var": "HARNESS_TARGET",
        "help": "What the host is. Defaults to mock on this machine and real anywhere else",
    },
    "--ca-file": {
        "metavar": "<file>",
        "default": "",
        "env_var": "HARNESS_CA_FILE",
        "help": "PEM file of the authority that signed the server's certificate, in place of the system's",
    },
}


PATIENCE: Final[Mapping[str, str]] = {
    "connect": "for name lookup, connecting and TLS",
    "first-token": "for a stream's first content",
    "idle": "silence once something has come",
    "total": "for an attempt",
}


CAPS: Final[Mapping[str, str]] = {
    "--max-cost-usd": "End the test before more than this is spent, in US dollars, exact over all processes",
    "--max-requests": "End the test before more attempts than this are sent (a call that is retried counts each)",
    "--max-tokens-total": "End the test before more tokens than this are used, prompts and answers together",
}
"""What a run may use at most (docs/money.md): a matter of the command line, never of the web form."""


JUDGED: Final[Mapping[str, tuple[str, str]]] = {
    "--slo": ("<slo>", "What the run is held against, such as 'ttft.p95 < 800ms'; exit code 1 where one is broken"),
    "--abort-on": ("<condition>", "What ends the test early, such as 'errors > 20%%'; exit code 1 then"),
    "--goodput": ("<objectives>", "What a request has to keep to count as good, such as 'ttft < 800ms, e2e < 10s'"),
}
"""What it takes for a run to be good (docs/gates.md)."""


def add_run_arguments(parser: ArgumentParser) -> None:
    """What every run of ChatUsers understands."""
    add: Any = parser.add_argument
    add("--retry", default="", env_var="HARNESS_RETRY", help="Retry policy of a call, such as backoff, attempts=5")
    for name, what in PATIENCE.items():
        variable = f"HARNESS_{name.replace('-', '_').upper()}_TIMEOUT"
        add(f"--{name}-timeout", metavar="<time>", default="", env_var=variable, help=f"Longest {what}, such as 30s")
    add(
        "--requests",
        metavar="<int>",
        default="",
        env_var="HARNESS_REQUESTS",
        help="End the test after this many calls (a call that is retried counts once)",
    )
    add("--model", default="", env_var="HARNESS_MODEL", help="Model to ask, in place of the one in the test")
    add("--seed", metavar="<int>", default="", env_var="HARNESS_SEED", help="Seed of prompts, think times and jitter")
    add(
        "--out",
        metavar="<folder>",
        default="",
        env_var="HARNESS_OUT",
        include_in_web_ui=False,
        help="Folder for the records and the summary. Defaults to runs/NAME-TIME",
    )
    add(
        "--label",
        action="append",
        metavar="<name=value>",
        include_in_web_ui=False,
        help="Label of every record that is made here, such as region=eu (repeatable; in the summary by themselves)",
    )
    add_outcome_arguments(parser)
    for flag, what in CAPS.items():
        variable = f"HARNESS_{flag[2:].replace('-', '_').upper()}"
        add(flag, metavar="<number>", default="", env_var=variable, include_in_web_ui=False, help=what)
    add(
        "--price-as",
        metavar="<model>",
        default="",
        env_var="HARNESS_PRICE_AS",
        include_in_web_ui=False,
        help="Model at whose price those count whose own is not known, such as deployments",
    )
    add("--supervised", action="store_true", include_in_web_ui=False, help="Started by `harness run`")
    add_endpoint_arguments(parser)


def add_outcome_arguments(parser: ArgumentParser) -> None:
    """What a run is held against, and what is made of it: a matter of the command line, never of the web form."""
    add: Any = parser.add_argument
    for flag, (metavar, what) in JUDGED.items():
        add(flag, action="append", metavar=metavar, include_in_web_ui=False, help=f"{what} (repeatable)")
    add("--no-html", action="store_true", include_in_web_ui=False, help="Make no report.html, only the tables")
    add("--gzip", action="store_true", include_in_web_ui=False, help="Compress the records when the test has ended")


def add_endpoint_arguments(parser: ArgumentParser) -> None:
    """What the endpoint is: a matter of the command line, never of the web form."""
    for flag, more in ENDPOINT_ARGUMENTS.items():
        add: Any = parser.add_argument
        add(flag, include_in_web_ui=False, **more)


PLANNED: Final[Mapping[str, str]] = {
    "--users-plan": "Users at once over time: '0-60s: 1->50, 60-120s: 50', or a shape such as 'spike: base=5, peak=50'",
    "--rate": "Sessions that begin per second, whatever the server does: 20, or a plan as for users",
    "--arrivals": "How regularly they begin: constant, poisson, gamma:burstiness=0.5. Defaults to poisson",
    "--trace": "Recorded load to replay: the name of a shipped one or a file",
    "--trace-speed": "How much faster than it was, such as 2",
    "--trace-rate": "Share of its requests, such as 0.5; above 1 they come again",
    "--plan-time": "End of the load in seconds from its begin, in place of the plan's. Defaults to --run-time",
}
"""When sessions begin (docs/load.md), rather than as soon as a user is free."""


def add_workload_arguments(parser: ArgumentParser) -> None:
    """What the workload runner understands besides."""
    add: Any = parser.add_argument
    add(
        "--workload",
        default=DEFAULT_WORKLOAD,
        env_var="HARNESS_WORKLOAD",
        help="Workload: the name of a shipped one or a path to a .toml. Defaults to basic",
    )
    add(
        "--think-time",
        metavar="<seconds>",
        default="",
        env_var="HARNESS_THINK_TIME",
        help="Pause after each answer in seconds, in place of the workload's",
    )
    for flag, what in PLANNED.items():
        add(flag, default="", include_in_web_ui=False, help=what)


def own_of(options: Namespace) -> dict[str, Any]:
    """What is this process's own among the options, before Locust's master sends others."""
    return {name: getattr(options, name) for name in (*OWN, "ca_file")}


def with_own(options: Namespace, own: Mapping[str, Any]) -> Namespace:
    """The options with this process's own among them; of a certificate file the master's counts where it has none."""
    return Namespace(**{**vars(options), **own, "ca_file": own["ca_file"] or options.ca_file})


def planned_of(options: Namespace) -> dict[str, Any]:
    """What the options say of when sessions begin, as fields of the settings. Raises SettingError."""
    texts = {name: getattr(options, name, "") or None for name in ("users_plan", "rate", "arrivals", "trace")}
    factors = {name: _factor(getattr(options, name, ""), name) for name in ("trace_speed", "trace_rate")}
    plan_time = getattr(options, "plan_time", "")
    if len([name for name in ("users_plan", "rate", "trace") if texts[name]]) > 1:
        raise SettingError("--rate", "--users-plan, --rate and --trace exclude each other; leave all but one out")
    for name, base in (("arrivals", "rate"), ("trace_speed", "trace"), ("trace_rate", "trace")):
        if {**texts, **factors}[name] is not None and texts[base] is None:
            raise SettingError(f"--{name.replace('_', '-')}", f"means something only with --{base}")
    if texts["rate"] is not None:
        texts["arrivals"] = texts["arrivals"] or str(POISSON)
    return {**texts, **factors, "run_time_s": seconds(plan_time, "--plan-time") if plan_time else None}


def settings_of(options: Namespace, host: str, environ: Mapping[str, str]) -> RunSettings:
    """The settings of a test that Locust is about to start. Raises SettingError naming the flag or variable."""
    planned = planned_of(options)
    return RunSettings(
        host=host,
        workload=getattr(options, "workload", None),
        users=options.num_users,
        spawn_rate=options.spawn_rate,
        requests=_count(options.requests, "--requests"),
        model=options.model or None,
        think_time_s=_seconds(getattr(options, "think_time", ""), "--think-time"),
        seed=_seed(options.seed),
        retry=retry_policy(options.retry),
        timeouts=timeouts_of(
            options.connect_timeout, options.first_token_timeout, options.idle_timeout, options.total_timeout
        ),
        stop_timeout_s=float(options.stop_timeout or 0),
        max_cost_usd=cost_cap(options.max_cost_usd),
        max_requests=count_cap(options.max_requests, "--max-requests"),
        max_tokens_total=count_cap(options.max_tokens_total, "--max-tokens-total"),
        price_as=price_as_of(options.price_as),
        goodput=tuple(options.goodput) if options.goodput else None,
        path_prefix=options.path_prefix or None,
        api=options.api,
        api_version=options.api_version or None,
        headers=headers_of(options.header or (), environ),
        extra_body=extra_body_of(options.extra_body),
        allow_http=options.allow_http,
        target=options.target or None,
        ca_file=options.ca_file or None,
        **{**planned, "run_time_s": planned["run_time_s"] or options.run_time},
    )


def _seed(text: str) -> int | None:
    if not text:
        return None
    try:
        return int(text)
    except ValueError:
        raise SettingError("--seed", f"{text!r} is not a number; write a whole one") from None


def _count(text: str, flag: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or int(text) == 0:
        raise SettingError(flag, f"{text!r} is not a number of calls; write a whole number, at least 1")
    return int(text)


def _factor(text: str, name: str) -> float | None:
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise SettingError(f"--{name.replace('_', '-')}", f"{text!r} is no factor; write 2 for twice, 0.5 for half")
    return value


def _seconds(text: str, flag: str) -> float | None:
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise SettingError(flag, f"{text!r} is not a number of seconds; write 0, 0.5 or 3")
    return value
