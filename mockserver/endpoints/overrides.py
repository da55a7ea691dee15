"""What a request may change for itself, by headers that the real API ignores."""

from collections.abc import Callable
from typing import Final, TypeVar, get_args

import msgspec
from msgspec.structs import replace

from ..answer import Answer
from ..question import Ending, Question
from ..wire.errors import Refusal, bad_enum, bad_override
from .call import Call
from .envelope import ASKS_MOCK

_ENDINGS: Final[dict[str, Ending]] = {ending: ending for ending in get_args(Ending)}
_MOST_MS: Final = 86_400_000.0
_MOST_TOKENS: Final = 1_000_000

Number = TypeVar("Number", int, float)


class Overrides(msgspec.Struct, frozen=True):
    """What a request wants to be different; None is as it comes. Times are in simulated seconds."""

    ending: Ending | None = None
    ttft_s: float | None = None
    itl_s: float | None = None
    completion_tokens: int | None = None

    def question(self, question: Question) -> Question:
        """The question as it is asked then."""
        if self.ending is None and self.completion_tokens is None:
            return question
        return replace(question, ending=self.ending, reply_tokens=self.completion_tokens)

    def answer(self, answer: Answer) -> Answer:
        """The answer in the time that is wanted, in which no engine has a say then."""
        if self.ttft_s is None and self.itl_s is None:
            return answer
        return answer.timed(self.ttft_s, self.itl_s)._replace(unseated=())


NONE: Final = Overrides()


def overrides_of(call: Call) -> Overrides | Refusal:
    """What the headers `x-mock-*` want; nothing where overrides are not allowed, a refusal where they make no sense."""
    wanted = NONE
    if not (call.envelope.asks_mock and call.simulation.settings.allow_overrides):
        return wanted
    for name, value in call.scope["headers"]:
        if not name.startswith(ASKS_MOCK):
            continue
        text = value.decode("latin-1").strip()
        read = _read(wanted, name.decode(), text)
        if isinstance(read, Refusal):
            return read
        wanted = read
    return wanted


def _read(wanted: Overrides, name: str, text: str) -> Overrides | Refusal:
    match name:
        case "x-mock-reply":
            ending = _ENDINGS.get(text)
            return bad_enum(name, text, tuple(_ENDINGS)) if ending is None else replace(wanted, ending=ending)
        case "x-mock-ttft-ms":
            ms = _number(float, name, text, 0.0, _MOST_MS)
            return ms if isinstance(ms, Refusal) else replace(wanted, ttft_s=ms / 1000)
        case "x-mock-itl-ms":
            ms = _number(float, name, text, 0.0, _MOST_MS)
            return ms if isinstance(ms, Refusal) else replace(wanted, itl_s=ms / 1000)
        case "x-mock-completion-tokens":
            tokens = _number(int, name, text, 1, _MOST_TOKENS)
            return tokens if isinstance(tokens, Refusal) else replace(wanted, completion_tokens=tokens)
    return wanted


def _number(kind: Callable[[str], Number], name: str, text: str, least: Number, most: Number) -> Number | Refusal:
    try:
        number = kind(text)
    except ValueError:
        number = least - 1
    if least <= number <= most:
        return number
    return bad_override(f"{name}: should be a number from {least:g} to {most:g}, not {text!r}")
