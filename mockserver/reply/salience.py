"""What a conversation is about: its salient phrases, so that a reply can speak of them.

A phrase is a run of up to three neighbouring words that are neither grammar nor talk about the answer (the idea of
RAKE: Rose et al., "Automatic keyword extraction from individual documents", 2010). A phrase weighs as much as its
weightiest word: how often that is said, and a little more when the phrase holds a name or a code. Of equal ones the
earlier is first, as people say what they want before they say how.
"""

import itertools
from collections.abc import Iterator, Sequence, Set
from itertools import islice

import msgspec

from profiles.tokens import Message

from .vocabulary import IGNORED
from .words import clauses

_HEAD, _TAIL = 1600, 800
"""Code points of the last message that are read: a long document is judged by its beginning and its end."""
_EARLIER_TURNS, _EARLIER_HEAD = 4, 400
_FIRST_SAY = 2
"""Topics of the first message that go before those of the later ones: it says what the conversation is for."""
_PHRASE_WORDS = 3
_LONGEST_WORD = 40
_NAME_OR_CODE = 0.5
"""What a name or code adds to a phrase's weight: less than being said once more."""


class Topics(msgspec.Struct, frozen=True):
    """Salient phrases, the weightiest first: of the last user message, and of what the user said before it."""

    current: tuple[str, ...]
    earlier: tuple[str, ...] = ()

    @property
    def mixed(self) -> tuple[str, ...]:
        """All of them, a current and an earlier one by turns."""
        pairs = itertools.zip_longest(self.current, self.earlier)
        return tuple(topic for pair in pairs for topic in pair if topic is not None)

    def without(self, words: Set[str]) -> "Topics":
        """Those that say more than `words` (in lower case)."""
        return Topics(
            *(tuple(t for t in part if not set(t.lower().split()) <= words) for part in (self.current, self.earlier))
        )

    @property
    def all(self) -> tuple[str, ...]:
        """The current ones, then the earlier ones."""
        return self.current + self.earlier


def topics(conversation: Sequence[Message], *, at_most: int = 8) -> Topics:
    """The topics of what the user said, at most `at_most` of the last message and as many of earlier ones."""
    said = [message.text for message in conversation if message.role == "user"]
    if not said:
        return Topics(())
    current = _ranked(excerpt(said[-1]), at_most)
    before = [*said[:1], *said[1:-1][-(_EARLIER_TURNS - 1) :]] if len(said) > 1 else []
    rankings = [_ranked(text[:_EARLIER_HEAD], at_most) for text in before]
    known = {phrase.lower() for phrase in current}
    report = rankings[0][:_FIRST_SAY] if rankings else ()
    fresh = dict.fromkeys(phrase for phrase in (*report, *_in_turn(rankings)) if phrase.lower() not in known)
    return Topics(current, tuple(islice(fresh, at_most)))


def excerpt(text: str) -> str:
    """The beginning and the end of a message, where people say what they want."""
    return text if len(text) <= _HEAD + _TAIL else f"{text[:_HEAD]}\n{text[-_TAIL:]}"


def _in_turn(rankings: Sequence[Sequence[str]]) -> Iterator[str]:
    """The first of each ranking, then the second of each: every turn has its say."""
    for place in range(max(map(len, rankings), default=0)):
        for ranking in rankings:
            yield from ranking[place : place + 1]


def _ranked(text: str, at_most: int) -> tuple[str, ...]:
    """The phrases of one message, the weightiest first; one that only repeats the words of others is left out."""
    weights = _weights(text)
    chosen: list[str] = []
    used: set[str] = set()
    for phrase in sorted(weights, key=weights.__getitem__, reverse=True):
        words = phrase.lower().split(" ")
        if not used.issuperset(words):
            chosen.append(phrase)
            used.update(words)
            if len(chosen) == at_most:
                break
    return tuple(chosen)


def _weights(text: str) -> dict[str, float]:
    """The phrases in order of appearance, with their weights; a capital at the start of a clause makes no name."""
    bonus: dict[str, float] = {}
    said: dict[str, int] = {}
    for clause in clauses(text):
        first = clause[0]
        for run in _runs(clause):
            phrase = " ".join(run)
            plain = phrase[1:] if run[0] is first else phrase
            bonus.setdefault(phrase, 0.0 if plain.islower() else _NAME_OR_CODE)
            for word in run:
                lower = word.lower()
                said[lower] = said.get(lower, 0) + 1
    return {phrase: extra + max(map(said.__getitem__, phrase.lower().split(" "))) for phrase, extra in bonus.items()}


def _runs(clause: Sequence[str]) -> Iterator[list[str]]:
    """The salient words of a clause that stand together, at most three at a time."""
    run: list[str] = []
    for word in clause:
        salient = _is_salient(word)
        if run and (not salient or len(run) == _PHRASE_WORDS):
            yield run
            run = []
        if salient:
            run.append(word)
    if run:
        yield run


def _is_salient(word: str) -> bool:
    lower = word.lower()
    if lower in IGNORED or len(word) > _LONGEST_WORD:
        return False
    if "'" in word:
        return not lower.endswith("n't") and lower.split("'")[0] not in IGNORED
    return len(word) > 2 or not word.isascii() or (len(word) == 2 and not word.isdigit())
