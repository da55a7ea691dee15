"""What a comparison keeps of a run: counts by slots of time, small whatever the number of records."""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from profiles.record import Record

from ..measure.histogram import LogHistogram, bucket_of
from ..measure.measured import tpot_ms_of
from ..measure.section import NEITHER
from .bands import Kind, kind_of

LATENCIES: Final = ("ttft", "itl", "tpot", "e2e")
SUMS: Final = "sums"
"""Under this name are counts instead of buckets: ATTEMPTS to PICODOLLARS."""
ATTEMPTS, JUDGED, CALLS, COMPLETE, TOKENS, PRICED, PICODOLLARS = range(7)

FINEST_S: Final = 0.25
MOST_SLOTS: Final = 240
_SPAN: Final = 1 << 12
"""More than there are buckets: a slot and a bucket are one number."""
_PICO: Final = 1_000_000_000_000

Cells = dict[int, int]


class Sample:
    """Counts of a run's attempts by kind, slot (when they were sent) and bucket. Slots widen as the run gets longer.

    Of attempts before `since` (epoch seconds: the end of a warm-up) nothing is kept. Whoever knows how long the run
    lasted spares it the widening.
    """

    def __init__(self, since: float = -math.inf, lasting_s: float = 0.0) -> None:
        self.width_s = FINEST_S
        while lasting_s >= self.width_s * MOST_SLOTS:
            self.width_s *= 2
        self._since = since
        self._first: int | None = None
        self._last = 0
        self._begun, self._ended = math.inf, -math.inf
        self._cells: dict[Kind, dict[str, Cells]] = {}

    @classmethod
    def of(cls, records: Iterable[Record], since: float = -math.inf, lasting_s: float = 0.0) -> "Sample":
        """The sample of these records."""
        sample = cls(since, lasting_s)
        for record in records:
            sample.add(record)
        return sample

    @property
    def slots(self) -> int:
        """How many slots there are from the first attempt to the last."""
        return 0 if self._first is None else self._last - self._first + 1

    @property
    def window_s(self) -> float | None:
        """Seconds from the first sending to the last end, None while there are none."""
        return self._ended - self._begun if self._ended > self._begun else None

    @property
    def kinds(self) -> list[Kind]:
        """The kinds of attempts that there were."""
        return list(self._cells)

    def add(self, record: Record) -> None:
        """Take in one attempt."""
        at = record.intended_at if record.sent_at is None else record.sent_at
        if at < self._since:
            return
        base = self._slot(at) * _SPAN
        cells = self._cells.setdefault(kind_of(record.class_, record.tokens), {})
        _count(cells.setdefault(SUMS, {}), base, record)
        if record.sent_at is None:
            return
        self._begun = min(self._begun, at)
        self._ended = max(self._ended, at + (record.done_ms or 0.0) / 1000)
        if record.outcome == "complete":
            _measure(cells, base, record, max((at - record.intended_at) * 1000, 0.0))

    def series(self, metric: str, chosen: Callable[[Kind], bool]) -> list[Mapping[int, int]]:
        """The counts of a metric by slot, of the kinds that are chosen."""
        series: list[dict[int, int]] = [{} for _ in range(self.slots)]
        for kind, metrics in self._cells.items():
            if chosen(kind):
                for place, count in metrics.get(metric, {}).items():
                    slot, bucket = divmod(place, _SPAN)
                    here = series[slot - (self._first or 0)]
                    here[bucket] = here.get(bucket, 0) + count
        return list(series)

    def histogram(self, metric: str, chosen: Callable[[Kind], bool]) -> LogHistogram:
        """All values of a latency, of the kinds that are chosen."""
        histogram = LogHistogram()
        for counts in self.series(metric, chosen):
            histogram.merge(counts)
        return histogram

    def _slot(self, at: float) -> int:
        slot = int(at / self.width_s)
        if self._first is None:
            self._first = self._last = slot
        self._first, self._last = min(self._first, slot), max(self._last, slot)
        while self._last - self._first >= MOST_SLOTS:
            self._widen()
            slot //= 2
        return slot

    def _widen(self) -> None:
        """Make one slot of each two."""
        self.width_s *= 2
        self._first, self._last = (self._first or 0) // 2, self._last // 2
        for metrics in self._cells.values():
            for metric, cells in metrics.items():
                wider: Cells = {}
                for place, count in cells.items():
                    slot, bucket = divmod(place, _SPAN)
                    new = slot // 2 * _SPAN + bucket
                    wider[new] = wider.get(new, 0) + count
                metrics[metric] = wider


def _count(cells: Cells, base: int, record: Record) -> None:
    counted = [ATTEMPTS]
    if record.outcome not in NEITHER:
        counted.append(JUDGED)
    if record.attempt == 1:
        counted.append(CALLS)
    if record.outcome == "complete":
        counted.append(COMPLETE)
    for what in counted:
        cells[base + what] = cells.get(base + what, 0) + 1
    if record.tokens is not None and record.tokens.completion:
        cells[base + TOKENS] = cells.get(base + TOKENS, 0) + record.tokens.completion
    if record.cost_usd is not None:
        cells[base + PRICED] = cells.get(base + PRICED, 0) + 1
        cells[base + PICODOLLARS] = cells.get(base + PICODOLLARS, 0) + round(record.cost_usd * _PICO)


def _measure(cells: dict[str, Cells], base: int, record: Record, late_ms: float) -> None:
    first_ms, done_ms = record.first_token_ms, record.done_ms
    for metric, value_ms in (
        ("ttft", None if first_ms is None else late_ms + first_ms),
        ("tpot", tpot_ms_of(record)),
        ("e2e", None if done_ms is None else late_ms + done_ms),
    ):
        if value_ms is not None:
            here = cells.setdefault(metric, {})
            place = base + bucket_of(max(value_ms, 0.0))
            here[place] = here.get(place, 0) + 1
    if record.itl is not None:
        here = cells.setdefault("itl", {})
        for bucket, count in record.itl.buckets.items():
            place = base + bucket
            here[place] = here.get(place, 0) + count
