"""What a run left behind, read in the same way by all tests."""

import json
from itertools import chain
from pathlib import Path
from typing import Any

from harness.measure.summary import fold
from harness.run.folder import RunFolder
from profiles.record import Record


def records_of(folder: Path) -> list[Record]:
    """The records of all workers, as the harness reads them."""
    return list(RunFolder(folder).records())


def concatenated(folder: Path) -> list[Record]:
    """The records of `cat records*.jsonl`."""
    lines = chain.from_iterable(path.read_bytes().splitlines() for path in sorted(folder.glob("records*.jsonl")))
    return [Record.from_json(line) for line in lines]


def summary_of(folder: Path) -> dict[str, Any]:
    summary: dict[str, Any] = json.loads((folder / "summary.json").read_bytes())
    return summary


def assert_summary_is_the_fold_of_the_records(folder: Path) -> None:
    told = summary_of(folder)
    folded = json.loads(fold(concatenated(folder)).to_json())
    for name in folded.keys() - {"run", "valid", "why_not", "notes"}:
        assert told[name] == folded[name], name
