"""The writer: from a conversation and a length to a reply."""

import random
from collections.abc import Sequence

from profiles.tokens import Message

from .filler import FillerPool
from .reply import Length, Reply
from .tokenised import Draft, Tokenised, tokenise


class Writer:
    """Writes replies; keeps one filler pool per encoding. The same arguments give the same reply."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._pools: dict[str, FillerPool] = {}

    def warm(self, encoding_name: str) -> None:
        """Load an encoding and build its pool now rather than at the first reply."""
        if encoding_name not in self._pools:
            self._pools[encoding_name] = FillerPool(self._seed, encoding_name)

    def write(
        self,
        conversation: Sequence[Message],
        length: Length,
        *,
        stop: Sequence[str],
        encoding_name: str,
        json_object: bool,
        rng: random.Random,
    ) -> Reply:
        """The reply to the last message of `conversation`."""
        self.warm(encoding_name)
        pool = self._pools[encoding_name]
        draft = Draft(encoding_name)
        draft.add(tokenise(f"On {conversation[-1].text[:40]!r}, here is what we know.", encoding_name))
        sentence = rng.randrange(len(pool))
        while len(draft) < length.target:
            part, sentence = pool.stretch(sentence, max(64, length.target - len(draft) + 32))
            draft.add(part)
        return _finished(draft.cut(length.target), length, stop, encoding_name)


def _finished(said: Tokenised, length: Length, stop: Sequence[str], encoding_name: str) -> Reply:
    """The reply as the API would end it: at the earliest stop sequence, at the cap, or by itself."""
    at = min((found for s in stop if s and (found := said.text.find(s)) >= 0), default=None)
    if at is not None:
        kept = tokenise(said.text[:at], encoding_name)
        return Reply(kept.text, kept.ends, "stop")
    return Reply(said.text, said.ends, "length" if len(said) == length.cap else "stop")
