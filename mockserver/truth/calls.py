"""Which requests were attempts of one call: told by their ids, by their retry counts, or by what they asked."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final, Literal

import msgspec

from profiles.journal import JournalEntry

Ending = Literal["complete", "retryable", "permanent", "broken", "left", "open"]
"""How a request ended: well; with an error that asking again may mend, or cannot; in its middle; by its client's
leaving; not yet."""

Call = tuple[JournalEntry, ...]
"""The attempts of one call, in their order."""

BREAKING: Final = frozenset({"truncate", "disconnect", "reset", "error_event", "garble", "bad_utf8"})
"""Faults after which a 200 is no answer."""
_RETRYABLE: Final = frozenset({408, 409, 429})
_SERVER_ERRORS: Final = 500
_NUMBERED: Final = re.compile(r"(.+)\.(\d{1,4})")
_LONGEST_WAIT_S: Final = 60.0
"""Who asks the same after that asks anew."""
_MOST_CANDIDATES: Final = 50


def ending(entry: JournalEntry) -> Ending:
    """How a request ended."""
    if entry.hung_up_at is not None:
        return "left"
    if entry.done_at is None:
        return "open"
    status = entry.status
    if status is None:
        return "retryable"
    if entry.final:
        return "permanent"
    if status in _RETRYABLE or status >= _SERVER_ERRORS:
        return "retryable"
    if status >= 400:
        return "permanent"
    return "broken" if BREAKING.intersection((entry.fault or "").split("+")) else "complete"


class Calls(msgspec.Struct, frozen=True):
    """Calls that can be told apart, and how many requests could not be given to one of them."""

    told: tuple[Call, ...]
    ambiguous: int


def calls_of(entries: Iterable[JournalEntry]) -> Calls:
    """The calls of a journal.

    The ids of requests name their call: CALL.ATTEMPT, or the same id on every attempt. Without one, a request whose
    retry count is n goes on where one with n - 1 failed; without that, or with none, it goes on where the same question
    has just failed: applications retry, too. Where several could be meant it is ambiguous. Requests that asked no
    question are left out.
    """
    named: defaultdict[str, list[JournalEntry]] = defaultdict(list)
    nameless = _Nameless()
    for entry in sorted(entries, key=lambda entry: (entry.received_at, entry.seq)):
        if entry.question is None:
            continue
        if entry.client_id is not None:
            numbered = _NUMBERED.fullmatch(entry.client_id)
            named[numbered[1] if numbered else entry.client_id].append(entry)
        else:
            nameless.add(entry)
    told: list[Call] = []
    ambiguous = nameless.ambiguous
    for attempts in named.values():
        if _is_one(attempts):
            told.append(tuple(attempts))
        else:
            ambiguous += len(attempts)
    return Calls((*told, *map(tuple, nameless.calls)), ambiguous)


def _is_one(attempts: Sequence[JournalEntry]) -> bool:
    """Whether requests with one name are attempts of one call: one after the other, all for the same."""
    for before, after in pairwise(attempts):
        over_at = before.over_at
        if after.question != before.question or over_at is None or after.received_at < over_at:
            return False
        numbers = [_NUMBERED.fullmatch(entry.client_id or "") for entry in (before, after)]
        if numbers[0] and numbers[1]:
            if int(numbers[1][2]) != int(numbers[0][2]) + 1:
                return False
        elif ending(before) == "complete":
            return False
    return True


class _Nameless:
    """Calls that are told by retry counts and questions, while requests come in their order."""

    def __init__(self) -> None:
        self.calls: list[list[JournalEntry]] = []
        self.ambiguous = 0
        self._going: defaultdict[tuple[str | None, str | None], list[list[JournalEntry]]] = defaultdict(list)

    def add(self, entry: JournalEntry) -> None:
        """The next request."""
        key = (entry.key, entry.question)
        going = [call for call in self._going[key] if self._may_go_on(call, entry)]
        if entry.retry:
            found = [call for call in going if self._awaits(call, entry) and call[-1].retry == entry.retry - 1]
            if not found:
                self.ambiguous += 1
                self._going[key] = going
                return
        else:
            found = [call for call in going if self._awaits(call, entry)]
            if found and len(found) < len(going):  # the same is being asked by somebody else just now
                found = going
        if len(found) > 1:
            self.ambiguous += 1
        elif found:
            found[0].append(entry)
        else:
            call = [entry]
            self.calls.append(call)
            going.append(call)
        self._going[key] = going[-_MOST_CANDIDATES:]

    @staticmethod
    def _may_go_on(call: Sequence[JournalEntry], entry: JournalEntry) -> bool:
        """Whether there may be a further attempt of a call."""
        last = call[-1]
        over_at = last.over_at
        if over_at is None or over_at > entry.received_at:
            return True
        return ending(last) != "complete" and entry.received_at - over_at < _LONGEST_WAIT_S

    @staticmethod
    def _awaits(call: Sequence[JournalEntry], entry: JournalEntry) -> bool:
        """Whether a call's last attempt was over when this one came."""
        over_at = call[-1].over_at
        return over_at is not None and over_at <= entry.received_at
