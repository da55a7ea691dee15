"""What is said when the question has been answered: readable sentences about work in general, filled from a seed.

A pool of them is built and tokenised once per encoding; replies are slices of it. It is part of every start, which is
why its names are lists of its own: importing Faker and setting it up took longer than all the rest of it.
"""

import bisect
import functools
import re
from array import array
from collections.abc import Iterator
from random import Random
from typing import Final

from .tokenised import Draft, Tokenised, tokenise

_SENTENCES = 480
_WORDS = 1024
_FRAMES = (
    "It also helps to {act} before anything larger is changed",
    "Many teams {act} first and only then look at the rest",
    "A {thing} makes this easier to follow over time",
    "A small check every {weekday} is enough to notice a change early",
    "If the result differs from what you expect, {act} and compare both runs",
    "The {job} can usually confirm this within a few minutes",
    "Write down what you tried, since the next person will ask for it",
    "Keep the change small and go back as soon as the numbers get worse",
    "Once that is done, {act} and ask the {job} to review it",
    "This matters most when you {act} for several groups at once",
    "Nothing else has to change for this to work",
    "A short {thing} is enough for now",
    "There is no need to {act} unless the problem comes back",
    "By {month} this should be part of the normal routine",
    "People who {act} tend to see the effect within a day",
    "It is worth a second look when the {thing} was changed recently",
    "As a rule, one clear owner is better than a shared {thing}",
    "To be on the safe side, {act} in a test area first",
    "The same approach works for a {thing}, with little extra effort",
    "Compare it with last {month} to see whether it is really new",
    "Should that not be possible, a {thing} does nearly as well",
    "Ask the {job} which of these options fits best",
    "Start small, look at the result, and {act} from there",
    "The details depend on the {thing} that you already have",
    "That way you can {act} without losing what works today",
    "On {weekday} the effect is usually easiest to see",
    "Most of the gain comes from the first step",
    "Everything after that is fine tuning",
    "Then {act}",
    "A {thing} helps",
    "Ask {name} for the {thing}",
    "{name} in {city} did the same and needed one {weekday} for it",
)
_ACTS = """
    make a backup; write a short test; read the log of that day; agree on one owner; measure twice; start with a
    pilot; clear the cache; compare two versions; draw a simple diagram; ask for feedback; set a reminder; check
    the permissions; repeat the first step; look at the last change; separate the two cases; collect a few
    examples; keep the old copy; note the exact wording; sort the entries by date; leave the defaults alone; try
    it with less data; wait for a day
"""
_THINGS = """
    checklist; dashboard; written summary; small prototype; shared calendar; weekly report; test account; status
    page; release note; simple table; second opinion; spare copy; list of open points; clear deadline; naming
    rule; sample file; short meeting; draft plan; fixed budget; change log; handover note; monthly review; quiet
    hour; backup plan
"""
_JOBS = "administrator; team lead; product manager; account owner; support desk; project lead; data engineer; reviewer"
_WEEKDAYS = "Monday; Tuesday; Wednesday; Thursday; Friday; Saturday; Sunday"
_MONTHS = "January; February; March; April; May; June; July; August; September; October; November; December"
_NAMES = """
    Ada; Amir; Anna; Ben; Carla; Chen; Clara; Daniel; David; Elena; Emma; Eric; Fatima; Felix; Grace; Hannah; Ines;
    Ivan; James; Jana; Julia; Karim; Kate; Laura; Leo; Linda; Lucas; Maria; Mark; Maya; Nadia; Nina; Noah; Olga; Omar;
    Paul; Priya; Rosa; Sam; Sara; Simon; Sofia; Tara; Thomas; Victor; Wei; Yuki; Zoe
"""
_CITIES = """
    Accra; Athens; Austin; Berlin; Boston; Bristol; Cairo; Chicago; Copenhagen; Denver; Dublin; Geneva; Hamburg;
    Helsinki; Houston; Jakarta; Kyoto; Lagos; Lima; Lisbon; London; Madrid; Manila; Melbourne; Milan; Montreal; Mumbai;
    Munich; Nairobi; Oslo; Oxford; Paris; Porto; Prague; Quito; Rome; Santiago; Seattle; Seoul; Sydney; Tallinn; Tokyo;
    Toronto; Turin; Utrecht; Vienna; Warsaw; Zurich
"""
_SLOTS: Final = {
    name: tuple(" ".join(choice.split()) for choice in choices.split(";"))
    for name, choices in (
        *(("act", _ACTS), ("thing", _THINGS), ("job", _JOBS), ("weekday", _WEEKDAYS)),
        *(("month", _MONTHS), ("name", _NAMES), ("city", _CITIES)),
    )
}


@functools.lru_cache(1)
def sentences(seed: int, count: int = _SENTENCES) -> tuple[str, ...]:
    """Filler sentences without their full stop; the same for the same seed, and for every encoding.

    Every frame has its turn in each round.
    """
    return tuple(_filled(Random(seed), count))


def _filled(rng: Random, count: int) -> Iterator[str]:
    for number in range(count):
        place = number % len(_FRAMES)
        if not place:
            frames = rng.sample(_FRAMES, len(_FRAMES))
        yield frames[place].format(**{name: rng.choice(choices) for name, choices in _SLOTS.items()})


def _single_token_words(encoding_name: str) -> list[Tokenised]:
    """The words that filler is made of, in lower case, of those that are one token with the space before them."""
    said = " ".join((*_FRAMES, _ACTS, _THINGS, _JOBS))
    known = dict.fromkeys(re.findall(r"\b[a-z]{2,}\b", re.sub(r"{\w+}", "", said)))
    parts = (tokenise(f" {word}", encoding_name) for word in known)
    return [part for part in parts if len(part) == 1]


class FillerPool:
    """Filler sentences in one tokenised run, " S1. S2. ... Sn", any stretch of which is a slice; and filler words."""

    def __init__(self, seed: int, encoding_name: str) -> None:
        self.encoding_name = encoding_name
        self._sentences = [tokenise(f" {sentence}", encoding_name) for sentence in sentences(seed)]
        run = Draft(encoding_name)
        self._first_tokens: list[int] = []
        self._by_length: dict[int, list[Tokenised]] = {}
        for sentence in self._sentences:
            self._first_tokens.append(len(run))
            self._by_length.setdefault(len(sentence), []).append(sentence)
            run.add(sentence)
            run.join(".")
        self._first_tokens.append(len(run))
        self._run = run.cut(None)
        words = Draft(encoding_name)
        for word in Random(seed).choices(_single_token_words(encoding_name), k=_WORDS):
            words.add(word)
        self._words = words.cut(None)

    def __len__(self) -> int:
        """The number of sentences."""
        return len(self._first_tokens) - 1

    def any(self, rng: Random) -> Tokenised:
        """A sentence without its full stop."""
        return rng.choice(self._sentences)

    def stretch(self, sentence: int, tokens: int) -> tuple[Tokenised, int]:
        """Sentences from number `sentence` on, without the last full stop, and the number of the one that follows.

        As many as fit in `tokens` tokens, but at least one, and none beyond the end of the pool.
        """
        first = self._first_tokens[sentence]
        fitting = bisect.bisect_right(self._first_tokens, first + tokens + 1) - 1
        after = max(sentence + 1, fitting)
        return _slice(self._run, first, self._first_tokens[after] - 1), after % len(self)

    def of_length(self, tokens: int, rng: Random) -> Tokenised | None:
        """A sentence, without its full stop, of exactly that many tokens, or None when there is none."""
        found = self._by_length.get(tokens)
        return rng.choice(found) if found else None

    def words(self, count: int, rng: Random) -> Iterator[Tokenised]:
        """Exactly `count` words of one token each, in a few parts."""
        start = rng.randrange(_WORDS)
        while count:
            part = _slice(self._words, start, min(start + count, _WORDS))
            count -= len(part)
            start = 0
            yield part


def _slice(run: Tokenised, first: int, last: int) -> Tokenised:
    """Tokens `first` to `last` (not included) as a part of their own."""
    start = run.ends[first - 1] if first else 0
    ends = array("I", [end - start for end in run.ends[first:last]])
    return Tokenised(run.text[start : start + (ends[-1] if ends else 0)], ends)
