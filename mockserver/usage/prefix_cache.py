"""The prompt cache: how much of a prompt was seen at the beginning of an earlier one.

From 1,024 tokens on, in steps of 128, for as long as the entry is used every few minutes (recorded: 1,024, 1,152,
1,280, 1,408 and 2,048 cached tokens of prompts of 1,144 to 2,927; documented: 5 to 10 minutes, an hour at most).
Models of the gpt-5.6 class count to the token, all but the last few (recorded: 4,012 of 4,020), and report writes.
"""

from collections import OrderedDict
from collections.abc import Iterator
from hashlib import blake2b
from typing import Final

import msgspec

STEP_TOKENS: Final = 128
LEAST_TOKENS: Final = 1024
_TOKEN_BYTES: Final = 4
_UNCACHED_TOKENS: Final = 8
"""What models that count exactly leave out at the end of a prompt."""
_DIGEST_BYTES: Final = 16


class Keeping(msgspec.Struct, frozen=True):
    """How long an entry is kept, in simulated seconds: unused, and at all."""

    idle_s: float = 300.0
    most_s: float = 3600.0


IN_MEMORY: Final = Keeping()
A_DAY: Final = Keeping(86_400.0, 86_400.0)


class Found(msgspec.Struct, frozen=True):
    """Tokens read from the cache, and tokens written to it (0 where that is not reported)."""

    cached_tokens: int = 0
    written_tokens: int = 0


NOTHING: Final = Found()


class _Entry(msgspec.Struct):
    stored_at: float
    used_at: float


class PrefixCache:
    """Digests of prompt beginnings, the one unused for longest first; bounded."""

    __slots__ = ("_entries", "_most")

    def __init__(self, most_entries: int = 200_000) -> None:
        self._entries: OrderedDict[bytes, _Entry] = OrderedDict()
        self._most = most_entries

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()

    def __len__(self) -> int:
        return len(self._entries)

    def use(
        self, key: bytes, tokens: bytes, now: float, keeping: Keeping = IN_MEMORY, *, exactly: bool = False
    ) -> Found:
        """What is cached of a prompt, which is cached itself from now on.

        `key` is who asks which model, and all that breaks the cache; `tokens` the prompt, four bytes a token.
        """
        count = len(tokens) // _TOKEN_BYTES
        if count < LEAST_TOKENS:
            return NOTHING
        steps = list(_chain(key, tokens, whole=not exactly))
        known = 0
        for step in steps:
            entry = self._entries.get(step)
            if entry is None or now - entry.used_at > keeping.idle_s or now - entry.stored_at > keeping.most_s:
                break
            known += 1
        self._keep(steps, known, now)
        if not exactly:
            return Found(known * STEP_TOKENS) if known * STEP_TOKENS >= LEAST_TOKENS else NOTHING
        most = count - _UNCACHED_TOKENS
        cached = min(most, known * STEP_TOKENS)
        cached = cached if cached >= LEAST_TOKENS else 0
        return Found(cached, most - cached)

    def _keep(self, steps: list[bytes], known: int, now: float) -> None:
        for step in steps[:known]:
            self._entries[step].used_at = now
            self._entries.move_to_end(step)
        for step in steps[known:]:
            self._entries[step] = _Entry(now, now)
            self._entries.move_to_end(step)
        while len(self._entries) > self._most:
            self._entries.popitem(last=False)


def _chain(key: bytes, tokens: bytes, *, whole: bool) -> Iterator[bytes]:
    """A digest for each step of a prompt, of all up to its end; `whole`: without the last, shorter step."""
    width = STEP_TOKENS * _TOKEN_BYTES
    digest = key
    end = len(tokens) - len(tokens) % width if whole else len(tokens)
    for at in range(0, end, width):
        digest = blake2b(digest + tokens[at : at + width], digest_size=_DIGEST_BYTES).digest()
        yield digest
