"""The verdict on clients: what they did while the server failed them, told by the journal."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, pairwise

from profiles.journal import JournalEntry

from .calls import Call, calls_of, ending
from .misconduct import RULES
from .verdict import AS_USUAL, Bounds, Seen, Step, Verdict

Price = Callable[[str | None, int], float | None]
"""What so many completion tokens of a model cost, in USD; None when nobody knows."""


def judge(
    entries: Iterable[JournalEntry],
    bounds: Bounds = AS_USUAL,
    *,
    price: Price | None = None,
    as_of: float | None = None,
) -> Verdict:
    """Judge the clients of a journal.

    `as_of`: the epoch second up to which it reaches, while calls may still go on; without it all of them are over.
    """
    entries = [entry for entry in entries if entry.question is not None]
    told = calls_of(entries)
    steps = tuple(chain.from_iterable(map(_steps, told.told)))
    pending = frozenset(call[0].seq for call in told.told if as_of is not None and _goes_on(call, as_of, bounds))
    tokens, usd = _wasted(entries, price)
    seen = Seen(entries, told.told, steps, pending, tokens, usd, _most_in_flight(entries), bounds)
    ends = [[ending(entry) for entry in call] for call in told.told]
    attempts = sum(map(len, ends))
    return Verdict(
        requests=len(entries),
        calls=len(ends),
        ambiguous=told.ambiguous,
        pending=len(pending),
        amplification=attempts / len(ends) if ends else None,
        complete_at_first=sum(each[0] == "complete" for each in ends) / len(ends) if ends else None,
        complete_in_the_end=sum("complete" in each for each in ends) / len(ends) if ends else None,
        most_in_flight=seen.most_in_flight,
        wasted_tokens=tokens,
        wasted_usd=usd,
        findings=tuple(finding for rule in RULES if (finding := rule(seen)) is not None),
    )


def _steps(call: Call) -> Iterable[Step]:
    for number, (before, after) in enumerate(pairwise(call), start=1):
        if before.over_at is not None:
            yield Step(before, after, number, (after.received_at - before.over_at) * 1000)


def _goes_on(call: Call, as_of: float, bounds: Bounds) -> bool:
    """Whether a call may not be over yet."""
    last = call[-1]
    if last.over_at is None:
        return True
    wait_s = max(bounds.pending_s, (last.told_wait_ms or 0.0) / 1000)
    return ending(last) not in ("complete", "permanent") and as_of - last.over_at < wait_s


def _wasted(entries: Sequence[JournalEntry], price: Price | None) -> tuple[int, float | None]:
    """Completion tokens that were to come when their client had left, and what they cost; those of unpriced models are
    not in the sum.
    """
    wasted: defaultdict[str | None, int] = defaultdict(int)
    for entry in entries:
        if entry.hung_up_at is not None and entry.planned is not None:
            wasted[entry.model] += max(0, entry.planned.tokens - entry.sent_tokens)
    prices = [price(model, tokens) for model, tokens in wasted.items()] if price is not None else []
    known = [usd for usd in prices if usd is not None]
    return sum(wasted.values()), sum(known) if known else None


def _most_in_flight(entries: Sequence[JournalEntry]) -> int:
    """The most requests of one key that were open at once."""
    changes: list[tuple[float, int, str | None]] = []
    for entry in entries:
        changes.append((entry.received_at, 1, entry.key))
        if entry.over_at is not None:
            changes.append((entry.over_at, -1, entry.key))
    most, now = 0, defaultdict[str | None, int](int)
    for _at, change, key in sorted(changes, key=lambda each: each[:2]):
        now[key] += change
        most = max(most, now[key])
    return most
