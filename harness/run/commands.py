"""The command lines of the children. They hold no secret, and no time limit, because the parent owns the time.

Only where a plan or a trace says when what is to begin the children end the load: they know its begin.
"""

import math
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from ..client.headers import Header
from .crew import Address, Crew
from .endpoint import HEADERS_VARIABLE
from .settings import RunSettings

LOCUSTFILE: Final = Path(__file__).parent.parent / "locustfile.py"
_PATIENCE: Final[Mapping[str, str]] = {
    "connect": "connect_s",
    "first-token": "first_token_s",
    "idle": "idle_s",
    "total": "total_s",
}
"""The timeouts by their flags."""


def load_command(settings: RunSettings, crew: Crew, out: Path) -> list[str]:
    """A single process that does everything."""
    return [*_locust(), *_leading(settings, crew, out), *_labels(crew.labels), *crew.locust_flags]


def master_command(settings: RunSettings, crew: Crew, out: Path) -> list[str]:
    """The master: it knows what is asked, leads the workers, and generates no load."""
    own: Mapping[str, Any] = {
        "--master-bind-host": crew.bind.host,
        "--master-bind-port": crew.bind.port,
        "--expect-workers": crew.workers,
    }
    return [*_locust(), "--master", *_flags(own), *_leading(settings, crew, out), *crew.locust_flags]


def worker_command(
    master: Address,
    out: Path,
    labels: Mapping[str, str],
    ca_file: str | None = None,
    locust_flags: Iterable[str] = (),
) -> list[str]:
    """A worker: the master tells it what to ask. `ca_file` is this machine's own, where it has one."""
    own: Mapping[str, Any] = {
        "--master-host": master.host,
        "--master-port": master.port,
        "--exit-code-on-error": 0,
        "--out": out,
        "--ca-file": ca_file,
    }
    return [*_locust(), "--worker", "--supervised", *_flags(own), *_labels(labels), *locust_flags]


def environ_of(headers: Iterable[Header], environ: Mapping[str, str]) -> dict[str, str]:
    """The environment of the children: the key is in it, and the headers, which no process list is to show."""
    return {**environ, HEADERS_VARIABLE: "\n".join(f"{name}: {value}" for name, value in headers)}


def _locust() -> list[str]:
    return [sys.executable, "-m", "locust", "-f", str(LOCUSTFILE)]


def _leading(settings: RunSettings, crew: Crew, out: Path) -> list[str]:
    """What the process has to know that starts the test."""
    web: Mapping[str, Any] = {}
    if crew.web is not None:
        web = {"--web-host": crew.web.host, "--web-port": crew.web.port}
    return [
        "--headless" if crew.web is None else "--autostart",
        "--supervised",
        "--only-summary",
        *_flags(web),
        *_flags(_of_run(settings)),
        *(f"--goodput={text}" for text in settings.goodput or ()),
        f"--out={out}",
        *(["--allow-http"] if settings.allow_http else []),
    ]


def _of_run(settings: RunSettings) -> Mapping[str, Any]:
    return {
        "--host": settings.host,
        "--users": settings.users,
        "--spawn-rate": settings.spawn_rate,
        "--users-plan": settings.users_plan,
        "--rate": settings.rate,
        "--arrivals": settings.arrivals,
        "--trace": settings.trace,
        "--trace-speed": settings.trace_speed,
        "--trace-rate": settings.trace_rate,
        "--plan-time": settings.run_time_s if settings.is_planned else None,
        "--stop-timeout": math.ceil(settings.stop_timeout_s),
        "--exit-code-on-error": 0,
        "--workload": settings.workload,
        "--seed": settings.seed,
        # empty where nothing was said: the child would take it from its environment
        "--retry": settings.retry or "",
        **{f"--{flag}-timeout": settings.timeouts.get(name, "") for flag, name in _PATIENCE.items()},
        "--requests": settings.requests,
        "--model": settings.model,
        "--think-time": settings.think_time_s,
        # likewise
        "--max-cost-usd": "" if settings.max_cost_usd is None else repr(settings.max_cost_usd),
        "--max-requests": settings.max_requests or "",
        "--max-tokens-total": settings.max_tokens_total or "",
        "--price-as": settings.price_as or "",
        "--path-prefix": settings.path_prefix,
        "--api": settings.api,
        "--api-version": settings.api_version,
        "--extra-body": None if settings.extra_body is None else orjson.dumps(settings.extra_body).decode(),
        "--target": settings.target,
        "--ca-file": settings.ca_file,
    }


def _labels(labels: Mapping[str, str]) -> list[str]:
    return [f"--label={name}={value}" for name, value in labels.items()]


def _flags(options: Mapping[str, Any]) -> list[str]:
    return [f"{flag}={value}" for flag, value in options.items() if value is not None]
