"""What clients do wrong: one rule a thing, each a function of what was seen."""

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from profiles.journal import JournalEntry

from .calls import ending
from .verdict import Bounds, Finding, Seen, Step

_NAMED: Final = 3
_SILENT: Final = frozenset({"hang", "stall", "slow_headers", "slow_first_token", "slow_tokens"})
_RETRIES_FOR_GROWTH: Final = 3
_GROWTH: Final = 1.2


def _named(entries: Iterable[JournalEntry]) -> tuple[str, ...]:
    """A few requests, by the name under which they are found."""
    return tuple(entry.client_id or entry.id for entry, _ in zip(entries, range(_NAMED), strict=False))


def ignored_wait(seen: Seen) -> Finding | None:
    """They came back earlier than they were told."""
    told = [step for step in seen.steps if step.before.told_wait_ms is not None]
    early = [step for step in told if step.wait_ms < (step.before.told_wait_ms or 0) - seen.bounds.early_ms]
    if not early:
        return None
    worst = max(early, key=lambda step: (step.before.told_wait_ms or 0) - step.wait_ms)
    text = (
        f"{len(early):,} of {len(told):,} retries came before the told wait was over, "
        f"one of {worst.before.told_wait_ms:,.0f} ms after {worst.wait_ms:,.0f}"
    )
    return Finding("retry_after_ignored", "failure", len(early), len(told), text, _named(step.after for step in early))


def retried_in_vain(seen: Seen) -> Finding | None:
    """They asked again though asking again cannot help."""
    permanent = [entry for call in seen.calls for entry in call if ending(entry) == "permanent"]
    again = [step for step in seen.steps if ending(step.before) == "permanent"]
    if not again:
        return None
    what = sorted({step.before.error or str(step.before.status) for step in again})
    text = f"{len(again):,} retries of what asking again cannot mend: {', '.join(what)}"
    return Finding(
        "retried_permanent", "failure", len(again), len(permanent), text, _named(step.after for step in again)
    )


def amplified(seen: Seen) -> Finding | None:
    """They made a bad time worse by the number of their attempts."""
    calls = len(seen.calls)
    attempts = sum(map(len, seen.calls))
    if calls < seen.bounds.calls_for_share or attempts <= calls * seen.bounds.amplification:
        return None
    text = f"{attempts:,} attempts for {calls:,} calls: {attempts / calls:.2f} each"
    return Finding("amplification", "failure", attempts - calls, calls, text)


def at_once(seen: Seen) -> Finding | None:
    """They asked again without a wait."""
    first = [step for step in _untold(seen) if step.number == 1]
    immediate = [step for step in first if step.wait_ms < seen.bounds.immediate_ms]
    if len(immediate) * 2 <= len(first):
        return None
    text = f"{len(immediate):,} of {len(first):,} first retries came within {seen.bounds.immediate_ms:g} ms"
    return Finding("no_backoff", "failure", len(immediate), len(first), text, _named(step.after for step in immediate))


def without_growth(seen: Seen) -> Finding | None:
    """They asked again and again after waits that did not grow."""
    waits: defaultdict[int, list[Step]] = defaultdict(list)
    calls = {entry.seq: call[0].seq for call in seen.calls for entry in call}
    for step in _untold(seen):
        waits[calls[step.before.seq]].append(step)
    long = [steps for steps in waits.values() if len(steps) >= _RETRIES_FOR_GROWTH]
    flat = [each for each in long if max(step.wait_ms for step in each[1:]) < each[0].wait_ms * _GROWTH]
    if len(flat) * 2 <= len(long):
        return None
    text = f"the waits of {len(flat):,} of {len(long):,} calls with {_RETRIES_FOR_GROWTH} retries or more did not grow"
    return Finding("backoff_not_growing", "warning", len(flat), len(long), text, _named(each[0].after for each in flat))


def synchronised(seen: Seen) -> Finding | None:
    """They came back after the same wait, all of them: a wave."""
    alike: defaultdict[tuple[str, float], list[Step]] = defaultdict(list)
    for step in seen.steps:
        told_ms = step.before.told_wait_ms
        if told_ms is not None and step.wait_ms >= told_ms:
            alike["told", round(told_ms)].append(step)
    for step in _untold(seen):
        alike["retry", step.number].append(step)
    in_waves = [step for steps in alike.values() if _is_wave(steps, seen.bounds) for step in steps]
    if not in_waves:
        return None
    text = f"{len(in_waves):,} of {len(seen.steps):,} retries came after the same wait as the others: no jitter"
    return Finding(
        "synchronised", "warning", len(in_waves), len(seen.steps), text, _named(step.after for step in in_waves)
    )


def gave_up(seen: Seen) -> Finding | None:
    """They did not ask again though it could have helped."""
    over = [call for call in seen.calls if call[0].seq not in seen.pending]
    failed = [call for call in over if any(ending(entry) in ("retryable", "broken") for entry in call)]
    given_up = [call[-1] for call in failed if ending(call[-1]) in ("retryable", "broken")]
    if not given_up:
        return None
    at_first = sum(len(call) == 1 for call in failed if ending(call[-1]) in ("retryable", "broken"))
    text = (
        f"{len(given_up):,} of {len(failed):,} calls were given up after an error that may pass, {at_first:,} at once"
    )
    return Finding("gave_up", "warning", len(given_up), len(failed), text, _named(given_up))


def sat_through(seen: Seen) -> Finding | None:
    """They waited on while nothing came."""
    silent = [(entry, _silence_s(entry)) for entry in seen.entries if _SILENT & set((entry.fault or "").split("+"))]
    sat = [(entry, silence_s) for entry, silence_s in silent if silence_s > seen.bounds.stall_s]
    if not sat:
        return None
    longest_s = max(silence_s for _, silence_s in sat)
    text = (
        f"{len(sat):,} requests waited on for more than {seen.bounds.stall_s:g} s of silence, {longest_s:,.0f} at most"
    )
    return Finding("sat_through_stall", "failure", len(sat), len(silent), text, _named(entry for entry, _ in sat))


def _silence_s(entry: JournalEntry) -> float:
    """The longest time for which the client of a request waited while nothing came."""
    if entry.over_at is None:
        return 0.0
    if entry.hung_up_at is not None:
        return entry.hung_up_at - (entry.last_token_at or entry.headers_at or entry.received_at)
    if entry.planned is None or entry.planned.longest_gap_ms is None:
        return entry.over_at - entry.received_at
    return entry.planned.longest_gap_ms / 1000


def wasted(seen: Seen) -> Finding | None:
    """They left answers that were being generated, and paid for."""
    left = [entry for entry in seen.entries if entry.hung_up_at is not None and entry.planned is not None]
    if not seen.wasted_tokens:
        return None
    cost = "" if seen.wasted_usd is None else f", {seen.wasted_usd:.4f} USD at list prices"
    text = f"{len(left):,} requests were left while {seen.wasted_tokens:,} tokens were still to come{cost}"
    return Finding("wasted_tokens", "warning", len(left), len(seen.entries), text, _named(left))


def too_many_at_once(seen: Seen) -> Finding | None:
    """They had more requests open than they may."""
    allowed = seen.bounds.in_flight
    if allowed is not None and seen.most_in_flight > allowed:
        text = f"{seen.most_in_flight:,} requests of one key were open at once, {allowed:,} are allowed"
        return Finding("concurrency", "failure", seen.most_in_flight - allowed, seen.most_in_flight, text)
    refused = [entry for entry in seen.entries if "concurrent_open" in entry.limits]
    if not refused:
        return None
    limit = max(entry.limits["concurrent_limit"] for entry in refused)
    text = f"{len(refused):,} requests were refused because {limit:,.0f} were open already"
    return Finding("concurrency", "warning", len(refused), len(seen.entries), text, _named(refused))


RULES: Final[Sequence[Callable[[Seen], Finding | None]]] = (
    ignored_wait,
    retried_in_vain,
    amplified,
    at_once,
    without_growth,
    synchronised,
    gave_up,
    sat_through,
    wasted,
    too_many_at_once,
)
"""What is looked for, in the order in which it is said."""


def _untold(seen: Seen) -> list[Step]:
    """Retries of what may pass, when nobody said how long that takes."""
    return [
        step
        for step in seen.steps
        if step.before.told_wait_ms is None and ending(step.before) in ("retryable", "broken")
    ]


def _is_wave(steps: Sequence[Step], bounds: Bounds) -> bool:
    """Whether the waits of retries are all but the same."""
    if len(steps) < bounds.waits_for_spread:
        return False
    waits = sorted(step.wait_ms for step in steps)
    tenths = statistics.quantiles(waits, n=10)
    median = statistics.median(waits)
    return median >= bounds.immediate_ms and tenths[-1] - tenths[0] < bounds.spread * median
