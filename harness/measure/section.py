"""The figures of some of a run's attempts: all of them, a class, a stage, a label."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from profiles.record import OUTCOMES, Outcome, Record, Tokens

from .distribution import Distribution, Measured, Spread
from .goodput import NO_OBJECTIVES, Goodput, Objectives
from .intervals import share

_NEITHER: Final[frozenset[Outcome]] = frozenset({"abandoned", "not_sent"})
"""Neither a success nor a failure: such an attempt has no place in a latency distribution."""

_PICO: Final = 1_000_000_000_000
_SPREADS: Final = (
    "ttft_ms",
    "first_visible_ms",
    "tpot_ms",
    "itl_ms",
    "e2e_ms",
    "lateness_ms",
    "lag_ms",
    "ttft_all_ms",
    "e2e_all_ms",
)


@dataclass(frozen=True, slots=True)
class Share:
    """A share of attempts, and Wilson's 95 % interval of it."""

    share: float
    ci: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Requests:
    """How many attempts there were and how they ended; `logical` counts calls, whatever their number of attempts.

    `shares` are those of the outcomes among the attempts that succeeded or failed: all but the planned hang-ups and
    those that were not sent. That of the complete ones is there whenever there was any.

    `complete_details` counts what is said of complete answers (length, model_mismatch, ...; several may be said of
    one). `status_429` and `status_5xx` count answers by status, `retries` attempts after the first of their call.
    """

    total: int
    logical: int
    by_outcome: dict[Outcome, int]
    shares: dict[Outcome, Share]
    complete_details: dict[str, int]
    status_429: int
    status_5xx: int
    retries: int
    cancelled: int


@dataclass(frozen=True, slots=True)
class Calls:
    """What callers met, whose failed attempts are made again. Shares, ratios and waits are None without a call.

    `complete_at_first` and `complete_in_the_end` are shares of `n` calls; `amplification` = attempts / calls;
    `wait_ms_per_call` is how long a call waited between its attempts, on average: it is no part of any TTFT.
    """

    n: int
    attempts: int
    complete_at_first: float | None
    complete_in_the_end: float | None
    amplification: float | None
    wait_ms_per_call: float | None


@dataclass(frozen=True, slots=True)
class TokenSums:
    """Tokens of all answers that had any, whole or not, and per second of the window. None: nobody counted them."""

    prompt: int | None
    completion: int | None
    cached: int | None
    reasoning: int | None
    prompt_per_s: float | None
    completion_per_s: float | None
    total_per_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The figures of one section. `cost_usd` is None where no attempt was priced; rates are over `window_s` seconds.

    TTFT, first visible and e2e count from the intended send time, of complete attempts; TPOT = (last token - first
    token) / (visible completion tokens - 1) and ITL are of complete streams; `ttft_all_ms` (streams) and `e2e_all_ms`
    hold every failure at infinity, whatever it had shown before it failed. `goodput` is None where requests had no
    objectives.
    """

    requests: Requests
    calls: Calls
    ttft_ms: Distribution
    first_visible_ms: Distribution
    tpot_ms: Distribution
    itl_ms: Distribution
    e2e_ms: Distribution
    lateness_ms: Distribution
    lag_ms: Distribution
    ttft_all_ms: Distribution
    e2e_all_ms: Distribution
    tokens: TokenSums
    cost_usd: float | None
    window_s: float | None
    goodput: Goodput | None = None


class Window:
    """The time from the first sending to the last end."""

    __slots__ = ("_first", "_last")

    def __init__(self) -> None:
        self._first, self._last = math.inf, -math.inf

    def add(self, record: Record) -> None:
        """Take in an attempt that was sent."""
        if record.sent_at is not None:
            self._first = min(self._first, record.sent_at)
            self._last = max(self._last, record.sent_at + (record.done_ms or 0.0) / 1000)

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


class Tally:
    """The running sums of a section: whole numbers and histograms, so that tallies merge by addition in any order."""

    def __init__(self, objectives: Objectives = NO_OBJECTIVES) -> None:
        self.window = Window()
        self._objectives = objectives
        self._outcomes: Counter[Outcome] = Counter()
        self._details: Counter[str] = Counter()
        self._counts: Counter[str] = Counter()
        self._tokens: Counter[str] = Counter()
        self._picodollars: int | None = None
        self._waited_us = 0
        self._spreads = {name: Spread() for name in _SPREADS}

    def add(self, record: Record) -> None:
        """Take in one attempt."""
        self.take(record, measured(record))

    def take(self, record: Record, values: Sequence[tuple[str, Measured]]) -> None:
        """Take in one attempt and what was measured of it, which is worked out once for all tallies that it is in."""
        self.window.add(record)
        self._outcomes[record.outcome] += 1
        self._count(record)
        spreads = self._spreads
        for name, value in values:
            spreads[name].count(value)
        if record.outcome == "complete":
            if self._objectives:
                self._counts["kept"] += self._objectives.kept(record.class_, values)
            if record.detail:
                self._details.update(record.detail.split(","))
            if record.itl is not None:
                spreads["itl_ms"].add_buckets(record.itl.buckets, record.itl.sum_ms)
        elif record.sent_at is not None and record.outcome not in _NEITHER:
            spreads["e2e_all_ms"].add(math.inf)
            if record.stream:
                spreads["ttft_all_ms"].add(math.inf)

    def merge(self, other: "Tally") -> None:
        """Add what another one has counted."""
        self.window.merge(other.window)
        self._outcomes.update(other._outcomes)
        self._details.update(other._details)
        self._counts.update(other._counts)
        self._tokens.update(other._tokens)
        self._waited_us += other._waited_us
        if other._picodollars is not None:
            self._picodollars = (self._picodollars or 0) + other._picodollars
        for name, spread in self._spreads.items():
            spread.merge(other._spreads[name])

    def section(self, window_s: float | None) -> Section:
        """The figures so far; rates are over a window of that length."""
        spreads = {name: spread.distribution() for name, spread in self._spreads.items()}
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
        return self._spreads[figure]

    @property
    def attempts(self) -> int:
        """How many attempts were taken in."""
        return self._outcomes.total()

    @property
    def answered(self) -> int:
        """How many of them got an HTTP answer of any status."""
        return self._counts["answered"]

    def _count(self, record: Record) -> None:
        counts = self._counts
        counts["calls" if record.attempt == 1 else "retries"] += 1
        counts["complete_at_first"] += record.attempt == 1 and record.outcome == "complete"
        if record.wait_ms is not None:
            self._waited_us += round(record.wait_ms * 1000)
        if record.status is not None:
            counts["answered"] += 1
            counts["429"] += record.status == 429
            counts["5xx"] += 500 <= record.status < 600
        if record.tokens is not None:
            for name, known in _known(record.tokens):
                self._tokens[name] += known
        if record.cost_usd is not None:
            self._picodollars = (self._picodollars or 0) + round(record.cost_usd * _PICO)

    def _requests(self) -> Requests:
        return Requests(
            total=self.attempts,
            logical=self._counts["calls"],
            by_outcome={outcome: self._outcomes[outcome] for outcome in OUTCOMES if self._outcomes[outcome]},
            shares=self._shares(),
            complete_details=dict(sorted(self._details.items())),
            status_429=self._counts["429"],
            status_5xx=self._counts["5xx"],
            retries=self._counts["retries"],
            cancelled=self._outcomes["cancelled"],
        )

    @property
    def _tried(self) -> int:
        """Attempts that succeeded or failed."""
        return self.attempts - sum(self._outcomes[outcome] for outcome in _NEITHER)

    def _goodput(self, window_s: float | None) -> Goodput:
        kept, n = self._counts["kept"], self._tried
        interval = share(kept, n)
        return Goodput(
            n=n,
            kept=kept,
            share=round(kept / n, 6) if n else None,
            ci=None if interval is None else (round(interval[0], 6), round(interval[1], 6)),
            per_s=None if window_s is None else round(kept / window_s, 3),
        )

    def _shares(self) -> dict[Outcome, Share]:
        told = [outcome for outcome in OUTCOMES if outcome not in _NEITHER]
        n = self._tried
        return {
            outcome: Share(round(count / n, 6), (round(interval[0], 6), round(interval[1], 6)))
            for outcome in told
            if ((count := self._outcomes[outcome]) or outcome == "complete") and (interval := share(count, n))
        }

    def _calls(self) -> Calls:
        # Abandoned attempts and those that were not sent are of a call like any other: they are its attempts.
        calls, complete = self._counts["calls"], self._outcomes["complete"]
        return Calls(
            n=calls,
            attempts=self.attempts,
            complete_at_first=self._counts["complete_at_first"] / calls if calls else None,
            complete_in_the_end=complete / calls if calls else None,
            amplification=self.attempts / calls if calls else None,
            wait_ms_per_call=self._waited_us / 1000 / calls if calls else None,
        )

    def _token_sums(self, window_s: float | None) -> TokenSums:
        def per_s(*totals: int | None) -> float | None:
            known = [total for total in totals if total is not None]
            return round(sum(known) / window_s, 3) if known and window_s is not None else None

        prompt, completion = self._tokens.get("prompt"), self._tokens.get("completion")
        return TokenSums(
            prompt=prompt,
            completion=completion,
            cached=self._tokens.get("cached"),
            reasoning=self._tokens.get("reasoning"),
            prompt_per_s=per_s(prompt),
            completion_per_s=per_s(completion),
            total_per_s=per_s(prompt, completion),
        )


def measured(record: Record) -> list[tuple[str, Measured]]:
    """The values of an attempt that go into spreads, by the names of those."""
    if record.sent_at is None:
        return []
    late = Measured.of((record.sent_at - record.intended_at) * 1000)
    values = [("lateness_ms", late)]
    if record.lag_ms is not None:
        values.append(("lag_ms", Measured.of(record.lag_ms)))
    if record.outcome != "complete":
        return values
    if record.first_token_ms is not None:
        ttft = Measured.of(late.ms + record.first_token_ms)
        values += ("ttft_ms", ttft), ("ttft_all_ms", ttft)
    if record.first_visible_ms is not None:
        values.append(("first_visible_ms", Measured.of(late.ms + record.first_visible_ms)))
    if record.done_ms is not None:
        e2e = Measured.of(late.ms + record.done_ms)
        values += ("e2e_ms", e2e), ("e2e_all_ms", e2e)
    tpot_ms = tpot_ms_of(record)
    if tpot_ms is not None:
        values.append(("tpot_ms", Measured.of(tpot_ms)))
    return values


def tpot_ms_of(record: Record) -> float | None:
    """Time per output token of a stream, None where it has fewer than two tokens that could be seen."""
    if record.first_token_ms is None or record.last_token_ms is None or record.tokens is None:
        return None
    visible = (record.tokens.completion or 0) - (record.tokens.reasoning or 0)
    return (record.last_token_ms - record.first_token_ms) / (visible - 1) if visible > 1 else None


def _known(tokens: Tokens) -> Iterator[tuple[str, int]]:
    if tokens.prompt is not None:
        yield "prompt", tokens.prompt
    if tokens.completion is not None:
        yield "completion", tokens.completion
    if tokens.cached is not None:
        yield "cached", tokens.cached
    if tokens.reasoning is not None:
        yield "reasoning", tokens.reasoning
