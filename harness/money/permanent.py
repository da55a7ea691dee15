"""Refusals that no later request will fare better with: a run that goes on would only collect them."""

from collections.abc import Mapping
from typing import Final

from profiles.record import Record

_WHY: Final[Mapping[int, str]] = {
    401: "the key is not accepted",
    403: "this key, project or region may not ask for that",
    404: "there is no such model, deployment or route",
}


def permanent(record: Record) -> str | None:
    """Why a run should stop after this attempt, in a line; None where it should not."""
    if record.outcome == "quota_exhausted":
        return _line(record, "the quota is used up; see plan and billing of the account")
    why = _WHY.get(record.status or 0)
    return None if why is None or record.outcome != "client_error" else _line(record, why)


def _line(record: Record, why: str) -> str:
    detail = "" if record.detail in (None, f"http_{record.status}") else f" {record.detail}"
    return f"stopped at {record.status}{detail} (class {record.class_}, model {record.model}): {why}"
