"""What is said when the question has been answered: readable sentences about work in general, filled by seeded Faker.

A pool of them is built and tokenised once per encoding; replies are slices of it.
"""

import bisect
import itertools
import random
from array import array
from collections.abc import Iterator

from faker import Faker

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


def sentences(seed: int, count: int = _SENTENCES) -> Iterator[str]:
    """Filler sentences without their full stop; the same for the same seed. Every frame has its turn in each round."""
    fake = Faker("en_US")
    fake.seed_instance(seed)
    acts, things, jobs = (_choices(text) for text in (_ACTS, _THINGS, _JOBS))
    rounds = (fake.random_sample(_FRAMES, length=len(_FRAMES)) for _ in itertools.count())
    for frame in itertools.islice(itertools.chain.from_iterable(rounds), count):
        yield frame.format(
            act=fake.random_element(acts),
            thing=fake.random_element(things),
            job=fake.random_element(jobs),
            weekday=fake.day_of_week(),
            month=fake.month_name(),
            name=fake.first_name(),
            city=fake.city(),
        )


def _choices(text: str) -> list[str]:
    return [" ".join(choice.split()) for choice in text.split(";")]


def _single_token_words(seed: int, encoding_name: str) -> Iterator[Tokenised]:
    """Endless English words, each one token with the space before it."""
    fake = Faker("en_US")
    fake.seed_instance(seed)
    while True:
        part = tokenise(f" {fake.word()}", encoding_name)
        if len(part) == 1:
            yield part


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
        for word, _ in zip(_single_token_words(seed, encoding_name), range(_WORDS), strict=False):
            words.add(word)
        self._words = words.cut(None)

    def __len__(self) -> int:
        """The number of sentences."""
        return len(self._first_tokens) - 1

    def any(self, rng: random.Random) -> Tokenised:
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

    def of_length(self, tokens: int, rng: random.Random) -> Tokenised | None:
        """A sentence, without its full stop, of exactly that many tokens, or None when there is none."""
        found = self._by_length.get(tokens)
        return rng.choice(found) if found else None

    def words(self, count: int, rng: random.Random) -> Iterator[Tokenised]:
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
