"""Giving an answer its seats in the engine, and waiting for what is decided there."""

import msgspec

from ..answer import Answer
from ..latency import Engine, SeatedCadence
from ..latency.engine import Seat
from ..wire.errors import Refusal, overloaded
from .call import Call


class Seats(msgspec.Struct, frozen=True):
    """The seats of an answer's choices, and the rhythms that follow from them."""

    engine: Engine
    seats: tuple[Seat, ...]
    cadences: tuple[SeatedCadence, ...]

    async def begun(self, call: Call) -> bool:
        """Wait until it is decided when the first byte leaves. False: the client hung up before."""
        while not any(cadence.begun for cadence in self._settled(call)):
            if not await _wait(call, min(cadence.first_byte_s for cadence in self.cadences)):
                return False
        return True

    async def over(self, call: Call) -> bool:
        """Wait until everything is decided. False: the client hung up before."""
        while not all(cadence.over for cadence in self._settled(call)):
            elapsed_s = _elapsed_s(call)
            if not await _wait(call, max(cadence.look_ahead(elapsed_s) for cadence in self.cadences)):
                return False
        return True

    def leave(self) -> None:
        """Nobody waits for what is not decided yet."""
        for seat in self.seats:
            self.engine.leave(seat)

    def _settled(self, call: Call) -> tuple[SeatedCadence, ...]:
        elapsed_s = _elapsed_s(call)
        for cadence in self.cadences:
            cadence.settle(elapsed_s)
        return self.cadences


def seated(call: Call, answer: Answer) -> Seats | Refusal | None:
    """Seats for the choices of an answer; a refusal where none is left, None where no engine decides over it.

    Of several choices the first reads the prompt, and the others find it read.
    """
    engine = call.simulation.composer.engine
    if engine is None or not answer.unseated:
        return None
    arrived_s, scale = call.simulation.clock.simulated(call.trace.received_at), 1 / call.simulation.settings.speed
    usage = answer.plan.usage
    cached_tokens = usage.cached_tokens
    seats: list[Seat] = []
    cadences: list[SeatedCadence] = []
    for edited, own in zip(answer.cadences, answer.unseated, strict=True):
        seat = engine.enter(arrived_s, usage.prompt_tokens, own.hidden + len(edited.token_s), cached_tokens)
        if seat is None:
            for taken in seats:
                engine.leave(taken)
            return overloaded(engine.figures.when_full)
        cached_tokens = usage.prompt_tokens
        seats.append(seat)
        cadences.append(
            SeatedCadence(engine, seat, hidden=own.hidden, edited=edited, unedited=own.cadence, scale=scale)
        )
    return Seats(engine, tuple(seats), tuple(cadences))


def _elapsed_s(call: Call) -> float:
    return call.simulation.clock.now() - call.trace.received_at


async def _wait(call: Call, until_s: float) -> bool:
    """Wait until so many real seconds after the request arrived. False: the client hung up before."""
    return await call.simulation.player.wait_until(call.trace.received_at + until_s, call.scope, call.receive)
