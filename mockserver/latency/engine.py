"""A self-hosted engine: continuous batching, stepped in simulated time.

An iteration takes in a part of what is still to be read of prompts, and says one token for every sequence whose prompt
has been read:

    tau = step + per sequence * B + per KV token * KV + per prefill token * P

B being the sequences of the iteration, KV the tokens that those who speak attend to, P the prompt tokens read in it
(the form of DistServe, OSDI 2024, and BLIS: four numbers are as much as a client can tell apart). Whoever comes makes
everybody slower, a long prompt holds up every answer, and beyond as many sequences as there are slots requests queue.

It is a state with time as an argument: whoever asks brings it up to their instant, and no iteration is decided before
all who came until it begins are known. Playing it and looking ahead are the same steps. Where there are slow-downs, an
iteration takes as many times as long as they say when it begins.
"""

import math
from array import array
from collections import deque
from typing import Literal

import msgspec

from .slowdown import LEAST, Slowdown


class EngineFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What an engine can do. `queue` is how many wait beyond the `slots`; whoever finds it full is refused.

    At most `prefill_chunk_tokens` prompt tokens are read an iteration.
    """

    slots: int
    queue: int
    when_full: Literal[429, 503] = 429
    step_ms: float
    step_per_sequence_us: float = 0.0
    step_per_kv_token_us: float = 0.0
    step_per_prefill_token_us: float = 0.0
    prefill_chunk_tokens: int = 2048

    def step_s(self, sequences: int, kv_tokens: int, prefill_tokens: int) -> float:
        """How long such an iteration takes, in seconds."""
        us = (
            self.step_per_sequence_us * sequences
            + self.step_per_kv_token_us * kv_tokens
            + self.step_per_prefill_token_us * prefill_tokens
        )
        return self.step_ms / 1e3 + us / 1e6

    def __str__(self) -> str:
        return (
            f"an engine with {self.slots} slots and a queue of {self.queue}: {self.step_ms:g} ms an iteration, "
            f"{self.step_per_sequence_us:g} us a sequence, {self.step_per_prefill_token_us:g} us a prompt token"
        )


class Seat:
    """One answer in the engine: `token_s` are the instants of its tokens as far as they are decided, in seconds."""

    __slots__ = ("_context", "arrived_s", "left", "token_s", "unread")

    def __init__(self, arrived_s: float, prompt_tokens: int, completion_tokens: int, cached_tokens: int = 0) -> None:
        """`cached_tokens` of the prompt need not be read again; the last token always is."""
        self.arrived_s = arrived_s
        self.left = completion_tokens
        self.unread = max(prompt_tokens - cached_tokens, 1)
        self.token_s = array("d")
        self._context = prompt_tokens

    @property
    def over(self) -> bool:
        """Whether the instants of all its tokens are decided, or nobody waits for the rest."""
        return self.left <= 0

    @property
    def context(self) -> int:
        """How many tokens the next one attends to."""
        return self._context + len(self.token_s)


class Engine:
    """The sequences that are in it, and the iteration that is going on. Instants (seconds) never go back."""

    def __init__(self, figures: EngineFigures, slowdown: Slowdown | None = None) -> None:
        """With a `slowdown` instants are simulated epoch seconds."""
        self.figures = figures
        self._slowdown = slowdown
        self._least_step_s = figures.step_ms / 1e3 * (1.0 if slowdown is None else LEAST)
        self._running: list[Seat] = []
        self._waiting: deque[Seat] = deque()
        self._free_s = -math.inf

    def load(self, now_s: float) -> tuple[int, int]:
        """How many sequences are in the iteration that goes on, and how many wait for a slot."""
        self.advance(now_s)
        return len(self._running) if now_s < self._free_s else 0, len(self._waiting)

    def enter(self, now_s: float, prompt_tokens: int, completion_tokens: int, cached_tokens: int = 0) -> Seat | None:
        """A seat for an answer that is asked for now; None when slots and queue are full."""
        self.advance(now_s)
        there = sum(not seat.over for seat in self._running) + len(self._waiting)
        if there >= self.figures.slots + self.figures.queue:
            return None
        seat = Seat(now_s, prompt_tokens, max(completion_tokens, 1), cached_tokens)
        self._waiting.append(seat)
        self.advance(now_s)
        return seat

    def leave(self, seat: Seat) -> None:
        """Nobody waits for the rest of this answer: it is in no iteration after the one that is going on."""
        seat.left = 0
        if seat in self._waiting:
            self._waiting.remove(seat)

    def advance(self, now_s: float) -> None:
        """Decide every iteration that begins by now."""
        if now_s < self._free_s:  # by far the most frequent case: of all who ask, one is the first after an iteration
            return
        while (starts_s := self._next_start_s()) is not None and starts_s <= now_s:
            self._decide(starts_s)

    def next_step_s(self, now_s: float) -> float:
        """When more can be known than now: the end of the iteration that is going on."""
        self.advance(now_s)
        return self._free_s

    def earliest_done_s(self, seat: Seat, now_s: float) -> float:
        """The last token's instant, or one before which it cannot be."""
        self.advance(now_s)
        if seat.over:
            return seat.token_s[-1] if seat.token_s else now_s
        return self._free_s + seat.left * self._least_step_s

    def _next_start_s(self) -> float | None:
        """When the next iteration begins; None while nobody is there."""
        if any(not seat.over for seat in self._running):
            return self._free_s
        return max(self._free_s, self._waiting[0].arrived_s) if self._waiting else None

    def _decide(self, starts_s: float) -> None:
        """Decide one iteration: who is in it, how long it takes, who says a token at its end."""
        figures, waiting = self.figures, self._waiting
        running = [seat for seat in self._running if not seat.over]
        while waiting and len(running) < figures.slots and waiting[0].arrived_s <= starts_s:
            running.append(waiting.popleft())
        read, kv_tokens = 0, 0
        speaking: list[Seat] = []
        for seat in running:
            if seat.unread:
                part = min(seat.unread, figures.prefill_chunk_tokens - read)
                seat.unread -= part
                read += part
                if seat.unread:
                    continue
            else:
                kv_tokens += seat.context
            speaking.append(seat)
        lasts_s = figures.step_s(len(running), kv_tokens, read)
        if self._slowdown is not None:
            lasts_s *= self._slowdown.at(starts_s)
        ends_s = starts_s + lasts_s
        for seat in speaking:
            seat.token_s.append(ends_s)
            seat.left -= 1
        self._running, self._free_s = running, ends_s
