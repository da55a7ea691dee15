"""What a report is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..measure.summary import Fold, Summary
from .details import Details
from .failures import Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """All that was made of the records of a run: the summary, the fold that it is of, the details, the most frequent
    failures and answers by other models, what to look at, and the run folder."""

    summary: Summary
    fold: Fold
    details: Details
    failures: Sequence[Failure]
    mismatches: Sequence[str]
    look_at: Sequence[str] = ()
    folder: Path
