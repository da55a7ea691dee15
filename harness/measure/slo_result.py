"""What became of an SLO: the form in which a summary keeps it."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class SloResult:
    """One SLO of a run, judged.

    `slo` is its text as it was given, `scope` the part of the run it is about ("class=NAME", "stage=NAME",
    "label=KEY=VALUE"; None: the whole). `held` is None where the sample cannot say; `why` says what it lacks, or why
    there is no `value`. `value` and `limit` are in `unit` ("ms", "%", "usd", "/s", "tokens/s", "" for a plain number),
    and `op` is what stands between the two where it holds.
    """

    slo: str
    scope: str | None
    metric: str
    op: str
    held: bool | None
    value: float | None
    limit: float
    unit: str
    why: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """It as JSON values."""
        return asdict(self)
