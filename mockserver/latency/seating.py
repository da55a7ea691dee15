"""The rhythm of an answer that has a seat in an engine: as far as it is decided, and the earliest it may be beyond."""

import math
from array import array
from itertools import accumulate
from typing import Final

from .cadence import Cadence
from .engine import Engine, EngineFigures, Seat

_LEAST_WAIT_S: Final = 0.0001


class SeatedCadence:
    """When the tokens of a seated answer leave, in real seconds after the request arrived.

    `token_s` is brought up to date by `settle`: what is decided is final; of the first token that is not it holds the
    earliest instant at which more can be known, and infinity beyond. What an edit added to the rhythm of the answer
    (a stall, slower tokens) comes on top of what the engine says.
    """

    def __init__(
        self, engine: Engine, seat: Seat, *, hidden: int, edited: Cadence, unedited: Cadence, scale: float
    ) -> None:
        """The first `hidden` tokens are not seen. `edited` and `unedited` are in simulated seconds, of which one takes
        `scale` real ones."""
        self.token_s = array("d", [math.inf]) * len(edited.token_s)
        self._engine = engine
        self._seat = seat
        self._hidden = hidden
        self._scale = scale
        self._later_s = [late - due for late, due in zip(edited.token_s, unedited.token_s, strict=False)]
        self._lead_s = edited.first_s - edited.first_byte_s
        self._settled = 0
        self._ready_s = math.inf

    @property
    def begun(self) -> bool:
        """Whether it is decided when the first byte leaves."""
        return self._settled > 0 or (not self.token_s and self._seat.over)

    @property
    def over(self) -> bool:
        """Whether everything is decided."""
        return self._settled == len(self.token_s) and (self._settled > 0 or self._seat.over)

    @property
    def first_byte_s(self) -> float:
        """When headers and role chunk leave, or the earliest instant at which more can be known."""
        return max(self.first_s - self._lead_s * self._scale, 0.0) if self.begun else self._ready_s

    @property
    def first_s(self) -> float:
        """When the first token leaves, likewise; the last hidden one where none is seen."""
        return self.token_s[0] if self.token_s else self._ready_s

    @property
    def done_s(self) -> float:
        """When the last token leaves, or an instant before which it will not."""
        return (self.token_s[-1] if self.token_s else self._ready_s) if self.over else self._ready_s

    @property
    def longest_gap_s(self) -> float:
        """The longest time in which nothing is said, as far as that is decided."""
        return Cadence(self.first_byte_s, self.token_s[: self._settled]).longest_gap_s

    def settle(self, elapsed_s: float) -> None:
        """Bring it to so many real seconds after the request arrived."""
        engine, seat, scale = self._engine, self._seat, self._scale
        begun_s = seat.arrived_s
        engine.advance(begun_s + elapsed_s / scale)
        said_s, token_s, hidden, settled = seat.token_s, self.token_s, self._hidden, self._settled
        decided, count = len(said_s) - hidden, len(token_s)
        while settled < decided and settled < count:
            token_s[settled] = (said_s[hidden + settled] - begun_s + self._later_s[settled]) * scale
            settled += 1
        self._settled = settled
        if settled < count:
            self._ready_s = token_s[settled] = self._next_look_s(elapsed_s)
        elif not token_s:
            self._ready_s = (said_s[-1] - begun_s) * scale if seat.over and said_s else self._next_look_s(elapsed_s)

    def _next_look_s(self, elapsed_s: float) -> float:
        """When the iteration that is going on ends, later than now whatever the rounding."""
        now_s = self._seat.arrived_s + elapsed_s / self._scale
        ends_s = (self._engine.next_step_s(now_s) - self._seat.arrived_s) * self._scale
        return max(ends_s, elapsed_s + _LEAST_WAIT_S)

    def look_ahead(self, elapsed_s: float) -> float:
        """An instant, in real seconds after the request arrived, before which the last token does not leave."""
        self.settle(elapsed_s)
        if self.over:
            return self.done_s
        now_s = self._seat.arrived_s + elapsed_s / self._scale
        return (self._engine.earliest_done_s(self._seat, now_s) - self._seat.arrived_s) * self._scale


def alone(figures: EngineFigures, prompt_tokens: int, completion_tokens: int, cached_tokens: int = 0) -> Cadence:
    """The rhythm of an answer that has the engine for itself: what stepping it would come to, in one sum."""
    chunks, rest = divmod(max(prompt_tokens - cached_tokens, 1) - 1, figures.prefill_chunk_tokens)
    read_s = chunks * figures.step_s(1, 0, figures.prefill_chunk_tokens) + figures.step_s(1, 0, rest + 1)
    step_s, per_token_s = figures.step_s(1, prompt_tokens, 0), figures.step_per_kv_token_us / 1e6
    steps_s = (step_s + said * per_token_s for said in range(1, completion_tokens))
    return Cadence(read_s, array("d", accumulate(steps_s, initial=read_s))[:completion_tokens])
