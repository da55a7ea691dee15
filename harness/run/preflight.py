"""What comes before the load on a real API: what is about to happen, one small request, and a yes."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from profiles.catalogue import ModelFacts
from profiles.record import Record

from ..client.endpoint import Endpoint
from ..money.amount import NOTHING, Amount, Caps
from ..money.estimate import Estimate, lines
from ..money.permanent import permanent
from ..money.worst import cost_of, worst_case
from ..redact import redact
from ..workload import Workload
from .endpoint import kind_of, trust_of
from .estimating import ASSUMED, FOUND, from_run, from_workload
from .folder import RunFolder
from .ports import NoServerError
from .pricing import catalogue_of
from .probe import probe, smallest
from .settings import RunSettings, SettingError

YES: Final = "--yes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Precautions:
    """`yes` is agreement without being asked; `rehearsed` the folder of a run of the same against a mock."""

    yes: bool = False
    rehearsed: RunFolder | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preflight:
    """What it came to: what the probe cost, and what run.json says of it."""

    cost: Amount = NOTHING
    facts: dict[str, Any] | None = None


def check_agreeable(settings: RunSettings, endpoint: Endpoint, precautions: Precautions) -> None:
    """Raise SettingError where a real API is to be asked and nobody is there to agree."""
    if kind_of(settings, endpoint.target) == "real" and not precautions.yes and not sys.stdin.isatty():
        raise SettingError(
            YES, f"missing; {endpoint.target} is taken for a real API and nobody is at a terminal to agree"
        )


def preflight(
    settings: RunSettings,
    endpoint: Endpoint,
    workload: Workload,
    precautions: Precautions,
    *,
    say: Callable[[str], None],
    ask: Callable[[str], str],
) -> Preflight:
    """Say what will be asked and what it will cost, and for a real API send a probe and ask for a yes.

    Raises NoServerError for a probe that no run would fare better than, SettingError where nobody agrees, or the caps
    have no room for the probe.
    """
    is_real = kind_of(settings, endpoint.target) == "real"
    if is_real:
        models = dict.fromkeys(settings.model or workload.run.model or table.model for table in workload.classes)
        say(f"preflight: {endpoint.target}, {', '.join(models)}; at most {settings.caps}")
    if is_real or precautions.rehearsed is not None:
        for line in _estimates(settings, workload, precautions):
            say(line)
    if not is_real:
        return Preflight()
    session, body = smallest(settings, workload)
    model = body["model"]
    worst = worst_case(body, catalogue_of(settings).priced(model) or ModelFacts(model, model, model), settings.caps)
    _check_room(settings.caps, worst)
    record = probe(endpoint, trust_of(settings), session.class_name, body, settings.price_as)
    cost = cost_of(record, worst)
    say(redact(probed(record), *endpoint.secrets))
    _check(record, settings.caps.less(cost), endpoint)
    if not precautions.yes and ask("type yes to go on: ").strip().lower() != "yes":
        raise SettingError(YES, "not agreed; nothing but the probe was sent")
    return Preflight(cost=cost, facts=_facts(record, precautions))


def probed(record: Record) -> str:
    """What came of the probe, in a line."""
    how = f"{record.status}" if record.status is not None else record.outcome
    detail = f" {record.detail}" if record.detail else ""
    spent = "" if record.tokens is None else f", {record.tokens.prompt} + {record.tokens.completion} tokens"
    cost = "" if record.cost_usd is None else f", ${record.cost_usd:.3g}"
    limits = ", ".join(f"{name} {value}" for name, value in record.ratelimit.items())
    took = f"{record.done_ms or 0.0:,.0f} ms"
    return f"probe: {how}{detail} in {took}{spent}{cost}{f'; limits: {limits}' if limits else ''}"


def _estimates(settings: RunSettings, workload: Workload, precautions: Precautions) -> Iterator[str]:
    yield from _estimate("by the workload", from_workload(settings, workload), ASSUMED, settings)
    if precautions.rehearsed is None:
        return
    try:
        measured = from_run(settings, precautions.rehearsed)
    except SettingError as error:  # nothing was answered there, for example
        yield f"no estimate by the rehearsal: {str(error).partition(': ')[2]}"
        return
    yield from _estimate("by the rehearsal", measured, FOUND, settings)


def _estimate(how: str, estimate: Estimate, basis: str, settings: RunSettings) -> Iterator[str]:
    yield f"estimate {how} ({basis})"
    yield from (f"  {line}" for line in lines(estimate, catalogue_of(settings)))


def _check_room(caps: Caps, worst: Amount) -> None:
    """The probe is held by the caps like any other request."""
    for flag, cap, needed in (
        ("--max-cost-usd", caps.cost_usd, worst.usd),
        ("--max-tokens-total", caps.tokens, worst.tokens),
    ):
        if cap is not None and needed > cap:
            raise SettingError(flag, f"{cap:.6g} has no room for the probe, which takes up to {needed:.3g}; raise it")


def _check(record: Record, left: Caps, endpoint: Endpoint) -> None:
    if record.outcome == "connect_error" or record.status is None:
        raise NoServerError(f"--host: the probe of {endpoint.target} failed: {record.outcome} {record.detail or ''}")
    if why := permanent(record):
        raise NoServerError(f"the probe was refused: {redact(why, *endpoint.secrets)}")
    for flag, value in (
        ("--max-cost-usd", left.cost_usd),
        ("--max-requests", left.requests),
        ("--max-tokens-total", left.tokens),
    ):
        if value is not None and value <= 0:
            raise SettingError(flag, "the probe has used it up; nothing is left for the run, raise it")


def _facts(record: Record, precautions: Precautions) -> dict[str, Any]:
    tokens = record.tokens
    told = {
        "status": record.status,
        "outcome": record.outcome,
        "took_ms": record.done_ms,
        "tokens": None if tokens is None else (tokens.prompt or 0) + (tokens.completion or 0),
        "cost_usd": record.cost_usd,
        "ratelimit": dict(record.ratelimit),
        "agreed": "flag" if precautions.yes else "terminal",
        "rehearsal": None if precautions.rehearsed is None else str(precautions.rehearsed.path),
    }
    return {name: value for name, value in told.items() if value is not None}
