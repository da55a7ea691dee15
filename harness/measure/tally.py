"""The running sums of some of a run's attempts, and the figures that they come to."""

import math
from collections import Counter
from collections.abc import Callable
from typing import Final, NamedTuple

from msgspec.structs import astuple

from profiles.record import OUTCOMES, Outcome, Record

from .distribution import Spread
from .goodput import NO_OBJECTIVES, Goodput, Objectives
from .intervals import share
from .measured import Measures, measured
from .section import NEITHER, Calls, Requests, Section, Share, TokenSums

_PICO: Final = 1_000_000_000_000
_SPREADS: Final = ("ttft_ms", "first_visible_ms", "tpot_ms", "itl_ms", "e2e_ms", "lateness_ms", "lag_ms")
_WITH_FAILURES: Final = {"ttft_all_ms": "ttft_ms", "e2e_all_ms": "e2e_ms"}
"""Distributions that hold those of the complete attempts, and every failure at infinity."""
_TOKENS: Final = ("prompt", "completion", "cached", "reasoning")


class Window:
    """The time from the first sending to the last end."""

    __slots__ = ("_first", "_last")

    def __init__(self) -> None:
        self._first, self._last = math.inf, -math.inf

    def add(self, record: Record) -> None:
        """Take in an attempt that was sent."""
        sent_at = record.sent_at
        if sent_at is None:
            return
        ended_at = sent_at + (record.done_ms or 0.0) / 1000
        if sent_at < self._first:
            self._first = sent_at
        if ended_at > self._last:
            self._last = ended_at

    def merge(self, other: "Window") -> None:
        """Stretch it over another one."""
        self._first, self._last = min(self._first, other._first), max(self._last, other._last)

    @property
    def starts_at(self) -> float:
        """The first sending in epoch seconds, infinity while there was none."""
        return self._first

    @property
    def length_s(self) -> float | None:
        """Its length in seconds, None while it has none."""
        return self._last - self._first if self._last > self._first else None


class _End(NamedTuple):
    """All that is said of how an attempt ended; the detail of a complete one only."""

    attempt: int
    outcome: Outcome
    status: int | None
    detail: str | None


class Tally:
    """The running sums of a section: whole numbers and histograms, so that tallies merge by addition in any order."""

    def __init__(self, objectives: Objectives = NO_OBJECTIVES) -> None:
        self.window = Window()
        self._ends: Counter[tuple[int, Outcome, int | None, str | None]] = Counter()
        self._infinite: Counter[str] = Counter()
        self._objectives = objectives
        self._kept = 0
        self._tokens: Counter[str] = Counter()
        self._picodollars: int | None = None
        self._waited_us = 0
        self._spreads = {name: Spread() for name in _SPREADS}
        self._measured = [self._spreads[name] for name in Measures.__struct_fields__]

    def add(self, record: Record) -> None:
        """Take in one attempt."""
        self.take(record, measured(record))

    def take(self, record: Record, values: Measures) -> None:
        """Take in one attempt and what was measured of it, which is worked out once for all tallies that it is in."""
        self.window.add(record)
        outcome, spreads = record.outcome, self._spreads
        for spread, value in zip(self._measured, astuple(values), strict=True):
            if value is not None:
                spread.count(value)
        if outcome == "complete":
            self._ends[record.attempt, outcome, record.status, record.detail] += 1
            if self._objectives:
                self._kept += self._objectives.kept(record.class_, values)
            if record.itl is not None:
                spreads["itl_ms"].add_buckets(record.itl.buckets, record.itl.sum_ms)
        else:
            self._ends[record.attempt, outcome, record.status, None] += 1
            if record.sent_at is not None and outcome not in NEITHER:
                self._infinite["e2e_all_ms"] += 1
                if record.stream:
                    self._infinite["ttft_all_ms"] += 1
        self._spend(record)

    def merge(self, other: "Tally") -> None:
        """Add what another one has counted."""
        self.window.merge(other.window)
        self._ends.update(other._ends)
        self._infinite.update(other._infinite)
        self._kept += other._kept
        self._tokens.update(other._tokens)
        self._waited_us += other._waited_us
        if other._picodollars is not None:
            self._picodollars = (self._picodollars or 0) + other._picodollars
        for name, spread in self._spreads.items():
            spread.merge(other._spreads[name])

    def section(self, window_s: float | None) -> Section:
        """The figures so far; rates are over a window of that length."""
        spreads = {name: self.spread(name).distribution() for name in (*_SPREADS, *_WITH_FAILURES)}
        return Section(
            requests=self._requests(),
            calls=self._calls(),
            tokens=self._token_sums(window_s),
            cost_usd=None if self._picodollars is None else self._picodollars / _PICO,
            window_s=None if window_s is None else round(window_s, 3),
            goodput=self._goodput(window_s) if self._objectives else None,
            **spreads,
        )

    def spread(self, figure: str) -> Spread:
        """The running sums behind a distribution of a section, such as "ttft_ms"."""
        if figure in _WITH_FAILURES:
            return self._spreads[_WITH_FAILURES[figure]].beyond(self._infinite[figure])
        return self._spreads[figure]

    @property
    def attempts(self) -> int:
        """How many attempts were taken in."""
        return self._ends.total()

    @property
    def answered(self) -> int:
        """How many of them got an HTTP answer of any status."""
        return self._count(lambda end: end.status is not None)

    def _count(self, chosen: Callable[[_End], bool]) -> int:
        """How many attempts ended like that."""
        return sum(count for end, count in self._ends.items() if chosen(_End(*end)))

    def _spend(self, record: Record) -> None:
        """Take in what an attempt used up: time, tokens, money."""
        if record.wait_ms is not None:
            self._waited_us += round(record.wait_ms * 1000)
        if record.tokens is not None:
            used, sums = record.tokens, self._tokens
            if used.prompt is not None:
                sums["prompt"] += used.prompt
            if used.completion is not None:
                sums["completion"] += used.completion
            if used.cached is not None:
                sums["cached"] += used.cached
            if used.reasoning is not None:
                sums["reasoning"] += used.reasoning
        if record.cost_usd is not None:
            self._picodollars = (self._picodollars or 0) + round(record.cost_usd * _PICO)

    def _outcomes(self) -> Counter[Outcome]:
        outcomes: Counter[Outcome] = Counter()
        for (_, outcome, _, _), count in self._ends.items():
            outcomes[outcome] += count
        return outcomes

    def _details(self) -> dict[str, int]:
        """What is said of complete answers, one by one."""
        details: Counter[str] = Counter()
        for (_, _, _, detail), count in self._ends.items():
            for each in detail.split(",") if detail else ():
                details[each] += count
        return dict(sorted(details.items()))

    def _requests(self) -> Requests:
        outcomes, calls = self._outcomes(), self._count(lambda end: end.attempt == 1)
        return Requests(
            total=self.attempts,
            logical=calls,
            by_outcome={outcome: outcomes[outcome] for outcome in OUTCOMES if outcomes[outcome]},
            shares=_shares(outcomes),
            complete_details=self._details(),
            status_429=self._count(lambda end: end.status == 429),
            status_5xx=self._count(lambda end: end.status is not None and 500 <= end.status < 600),
            retries=self.attempts - calls,
            cancelled=outcomes["cancelled"],
        )

    def _goodput(self, window_s: float | None) -> Goodput:
        kept, n = self._kept, _tried(self._outcomes())
        interval = share(kept, n)
        return Goodput(
            n=n,
            kept=kept,
            share=round(kept / n, 6) if n else None,
            ci=None if interval is None else (round(interval[0], 6), round(interval[1], 6)),
            per_s=None if window_s is None else round(kept / window_s, 3),
        )

    def _calls(self) -> Calls:
        # Abandoned attempts and those that were not sent are of a call like any other: they are its attempts.
        calls = self._count(lambda end: end.attempt == 1)
        complete = self._count(lambda end: end.outcome == "complete")
        at_first = self._count(lambda end: end.attempt == 1 and end.outcome == "complete")
        return Calls(
            n=calls,
            attempts=self.attempts,
            complete_at_first=at_first / calls if calls else None,
            complete_in_the_end=complete / calls if calls else None,
            amplification=self.attempts / calls if calls else None,
            wait_ms_per_call=self._waited_us / 1000 / calls if calls else None,
        )

    def _token_sums(self, window_s: float | None) -> TokenSums:
        def per_s(*totals: int | None) -> float | None:
            known = [total for total in totals if total is not None]
            return round(sum(known) / window_s, 3) if known and window_s is not None else None

        prompt, completion, cached, reasoning = (self._tokens.get(name) for name in _TOKENS)
        return TokenSums(
            prompt=prompt,
            completion=completion,
            cached=cached,
            reasoning=reasoning,
            prompt_per_s=per_s(prompt),
            completion_per_s=per_s(completion),
            total_per_s=per_s(prompt, completion),
        )


def _tried(outcomes: Counter[Outcome]) -> int:
    """How many attempts succeeded or failed."""
    return sum(count for outcome, count in outcomes.items() if outcome not in NEITHER)


def _shares(outcomes: Counter[Outcome]) -> dict[Outcome, Share]:
    n = _tried(outcomes)
    return {
        outcome: Share(round(count / n, 6), (round(interval[0], 6), round(interval[1], 6)))
        for outcome in OUTCOMES
        if outcome not in NEITHER
        and ((count := outcomes[outcome]) or outcome == "complete")
        and (interval := share(count, n))
    }
