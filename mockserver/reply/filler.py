"""What is said when the question has been answered: readable sentences about nothing in particular, from seeded Faker.

A pool of them is built and tokenised once per process and encoding; replies are slices of it.
"""

import bisect
import random
from array import array
from collections.abc import Iterator

from faker import Faker

from .tokenised import Draft, Tokenised, tokenise

_SENTENCES = 480
_FRAMES = (
    "It also helps to {bs} before anything larger is changed",
    "Many teams {bs} first and only then look at the rest",
    "A {phrase} makes this easier to follow over time",
    "In most cases a small check every {weekday} is enough to notice a change early",
    "If the result differs from what you expect, {bs} and compare both runs",
    "The {job} who owns this part can usually confirm it within a few minutes",
    "Write down what you tried, since the next person will ask for it",
    "Keep the change small and go back as soon as the numbers get worse",
    "Once that is done, {bs} and ask the {job} to review it",
    "This matters most when you {bs} for several groups at once",
    "Nothing else has to change for this to work",
    "A short note in the {phrase} is enough for now",
    "There is no need to {bs} unless the problem comes back",
    "By {month} this should be part of the normal routine",
    "People who {bs} tend to see the effect within a day",
    "It is worth a second look when the {phrase} was changed recently",
    "As a rule, one clear owner is better than a shared {phrase}",
    "To be on the safe side, {bs} in a test area first",
    "The same approach works for a {phrase}, with little extra effort",
    "Compare it with last {month} to see whether it is really new",
    "Should that not be possible, a {phrase} does nearly as well",
    "Ask the {job} which of these options fits best",
    "Start small, look at the result, and {bs} from there",
    "The details depend on the {phrase} that you already have",
    "That way you can {bs} without losing what works today",
    "On {weekday} the effect is usually easiest to see",
    "Most of the gain comes from the first step",
    "Everything after that is fine tuning",
)


def sentences(seed: int, count: int = _SENTENCES) -> Iterator[str]:
    """Filler sentences without their full stop; the same for the same seed."""
    fake = Faker("en_US")
    fake.seed_instance(seed)
    for number in range(count):
        yield _FRAMES[number % len(_FRAMES)].format(
            bs=fake.bs(),
            phrase=fake.catch_phrase().lower(),
            job=fake.job().split(",")[0].split("/")[0].lower(),
            weekday=fake.day_of_week(),
            month=fake.month_name(),
        )


class FillerPool:
    """Filler sentences in one tokenised run: " S1. S2. ... Sn.", any stretch of which is a slice."""

    def __init__(self, seed: int, encoding_name: str) -> None:
        found = list(sentences(seed))
        random.Random(seed).shuffle(found)
        draft = Draft(encoding_name)
        self._first_tokens: list[int] = []
        for sentence in found:
            self._first_tokens.append(len(draft))
            draft.add(tokenise(f" {sentence}", encoding_name))
            draft.join(".")
        self._run = draft.cut(None)

    def __len__(self) -> int:
        """The number of sentences."""
        return len(self._first_tokens)

    def stretch(self, sentence: int, tokens: int) -> tuple[Tokenised, int]:
        """Whole sentences from number `sentence` on, at most `tokens` tokens of them, and the number of the next.

        Ends at the end of the pool at the latest, so that a long reply asks several times.
        """
        first = self._first_tokens[sentence]
        after = bisect.bisect_right(self._first_tokens, first + tokens) - 1
        if first + tokens >= len(self._run):
            return self._slice(first, len(self._run)), 0
        return self._slice(first, self._first_tokens[after]), after

    def _slice(self, first: int, last: int) -> Tokenised:
        ends = self._run.ends
        start = ends[first - 1] if first else 0
        if first == last:
            return Tokenised("", array("I"))
        return Tokenised(self._run.text[start : ends[last - 1]], array("I", [end - start for end in ends[first:last]]))
