"""Made-up text of an exact number of tokens: English words of Faker's, in sentences.

Every word is one token with the space before it, and so is every full stop, and tokenizers split between them whatever
stands around (the patterns of cl100k_base and o200k_base in tiktoken_ext/openai_public.py). So any stretch that begins
with a sentence has exactly as many tokens as the pool counted, and making a text is cutting a string.
"""

from array import array
from collections.abc import Iterator
from itertools import islice
from random import Random
from typing import Final

from faker import Faker

from profiles.encodings import encoding

_POOL: Final = 32_768
"""Tokens in the pool; a longer text goes round it again."""
_SENTENCE: Final = (6, 14)
_OPENING: Final = 8
"""Words that are drawn for each text alone, so that no two begin alike."""


class Filler:
    """A pool of sentences for one tokenizer; the same for the same seed."""

    def __init__(self, seed: int, encoding_name: str) -> None:
        rng = Random(f"{seed}/filler/{encoding_name}")
        self._words = _single_tokens(encoding_name)
        tokens = list(islice(_sentences(self._words, rng), _POOL))
        self._ends = array("I", [0])
        for token in tokens:
            self._ends.append(self._ends[-1] + len(token))
        self._run = "".join(tokens)
        self._starts = [at for at, token in enumerate(tokens) if token[1:2].isupper()]

    def text(self, tokens: int, rng: Random) -> str:
        """A text of exactly so many tokens."""
        words = rng.choices(self._words, k=min(tokens, _OPENING))
        opening = " ".join(words).capitalize()
        if tokens <= _OPENING:
            return opening
        return f"{opening}.{self._stretch(rng.choice(self._starts), tokens - _OPENING - 1)}"

    def _stretch(self, start: int, tokens: int) -> str:
        """So many tokens from a sentence on; behind the last of the pool's comes its first."""
        ends, size = self._ends, len(self._ends) - 1
        rounds, stop = divmod(start + tokens, size)
        if not rounds:
            return self._run[ends[start] : ends[stop]]
        return self._run[ends[start] :] + self._run * (rounds - 1) + self._run[: ends[stop]]


def _sentences(words: list[str], rng: Random) -> Iterator[str]:
    """Endless tokens of sentences, each with the space that stands before it."""
    while True:
        sentence = rng.choices(words, k=rng.randint(*_SENTENCE))
        yield f" {sentence[0].capitalize()}"
        yield from (f" {word}" for word in sentence[1:])
        yield "."


def _single_tokens(encoding_name: str) -> list[str]:
    """Faker's words that are one token in the middle of a sentence, at its beginning, and at that of a text."""
    coder = encoding(encoding_name)
    words = sorted({word for word in Faker("en_US").get_words_list() if word.isalpha() and word.islower()})
    forms = [(word, (f" {word}", f" {word.capitalize()}", word.capitalize())) for word in words]
    return [word for word, each in forms if all(len(coder.encode_ordinary(form)) == 1 for form in each)]
