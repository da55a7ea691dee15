"""Reading filler aloud from the pool until a reply is as long as it should be."""

import random

from .filler import FillerPool
from .tokenised import Draft, Tokenised

CLOSING_TOKENS = 33
"""Room in which one or two sentences can be found that end at a given token."""
_ATTEMPTS = 64


class Reader:
    """A place in the filler pool, from which one reply takes its sentences in their order.

    Drafts lack the full stop of their last sentence, before and after.
    """

    def __init__(self, pool: FillerPool, rng: random.Random) -> None:
        self._pool = pool
        self._rng = rng
        self._sentence = rng.randrange(len(pool))

    def fill(self, draft: Draft, tokens: int) -> None:
        """Add whole sentences until the draft has about `tokens` tokens, one sentence more or less."""
        while len(draft) < tokens:
            part, self._sentence = self._pool.stretch(self._sentence, tokens - len(draft) - 1)
            self._append(draft, part)

    def close(self, draft: Draft, tokens: int) -> None:
        """Add one or two sentences that bring the draft to exactly `tokens` tokens; none where none do."""
        room = tokens - len(draft) - 1
        if (only := self._pool.of_length(room, self._rng)) is not None:
            self._append(draft, only)
            return
        for _ in range(_ATTEMPTS):
            first = self._pool.any(self._rng)
            second = self._pool.of_length(room - len(first) - 1, self._rng)
            if second is not None:
                self._append(draft, first)
                self._append(draft, second)
                return

    def fill_and_close(self, draft: Draft, tokens: int) -> None:
        """Bring the draft to exactly `tokens` tokens where whole sentences can."""
        self.fill(draft, tokens - CLOSING_TOKENS)
        self.close(draft, tokens)

    @staticmethod
    def _append(draft: Draft, part: Tokenised) -> None:
        draft.join(".")
        draft.add(part)

    def run_on(self, draft: Draft, tokens: int) -> None:
        """Continue a finished draft, full stop and all, until it has at least `tokens` tokens."""
        while len(draft) < tokens:
            part, self._sentence = self._pool.stretch(self._sentence, tokens - len(draft))
            draft.add(part)
            draft.join(".")
