"""Results for programs."""

import dataclasses
from collections.abc import Sequence
from typing import Any, Final

import orjson

from ..machine import Machine
from ..result import Result
from ..running import Measured

VERSION: Final = 1


def as_json(machine: Machine, suite: Sequence[Measured]) -> bytes:
    """One object: the machine, and a list of rows."""
    rows = [_row(measured, result) for measured in suite for result in measured.results]
    table = {"v": VERSION, "machine": dataclasses.asdict(machine), "rows": rows}
    return orjson.dumps(table, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _row(measured: Measured, result: Result) -> dict[str, Any]:
    row = result.row
    return {
        "benchmark": measured.benchmark.name,
        "name": row.name,
        "unit": row.unit,
        "better": row.better,
        "figure": result.figure,
        "min": result.least,
        "max": result.most,
        "goal": row.goal,
        "verdict": result.verdict,
        "why": result.why,
        "reference": None if row.reference is None else {"what": row.reference, "figure": result.reference},
        "ratio": result.ratio,
        "stolen": result.noise.stolen,
        "others": result.noise.others,
        "method": measured.benchmark.method,
        "repetitions": [
            {**one.sample._asdict(), **one.noise._asdict(), "quiet": one.noise.quiet} for one in result.repetitions
        ],
    }
