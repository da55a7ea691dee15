"""The `logprobs` of a choice, whole and in chunks."""

from array import array
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Protocol

import orjson

from .chunks import ChoiceFrames, StreamFrames
from .deltas import REFUSAL, TEXT


class Ranked(Protocol):
    """A token and its log probability."""

    @property
    def utf8(self) -> bytes: ...

    @property
    def token(self) -> str: ...

    @property
    def logprob(self) -> float: ...


class TokenLogprob(Protocol):
    """A token that was said, and the likeliest ones at its place."""

    @property
    def said(self) -> Ranked: ...

    @property
    def top(self) -> "tuple[Ranked, ...]": ...


def logprobs_of(entries: Iterable[TokenLogprob], *, refusal: bool = False) -> dict[str, Any]:
    """The `logprobs` object of a choice: of its content, or of its refusal."""
    listed = [{**_ranked(entry.said), "top_logprobs": [_ranked(each) for each in entry.top]} for entry in entries]
    return {"content": None, "refusal": listed} if refusal else {"content": listed, "refusal": None}


def _ranked(ranked: Ranked) -> dict[str, Any]:
    return {"token": ranked.token, "logprob": ranked.logprob, "bytes": list(ranked.utf8)}


class LogprobFrames:
    """The frames of a choice whose chunks hold log probabilities; `entries` has one for each token of `ends`.

    A chunk that completes a character has the entries of all tokens of it.
    """

    __slots__ = ("_choice", "_deltas", "_ends", "_entries", "_refusal", "_said", "_tokens")

    def __init__(
        self,
        stream: StreamFrames,
        finish_reason: str,
        ends: "array[int]",
        entries: Iterator[TokenLogprob],
        *,
        refusal: bool = False,
        index: int = 0,
        alone: bool = True,
    ) -> None:
        self._refusal = refusal
        self._deltas = REFUSAL if refusal else TEXT
        self._choice = ChoiceFrames(stream, finish_reason, self._deltas, index=index, alone=alone)
        self._ends = ends
        self._entries = entries
        self._tokens = 0
        self._said = 0

    @property
    def role(self) -> bytes:
        """The first frame: who speaks, and a list of nothing yet."""
        return self._choice.frame(self._deltas.opening, logprobs=self._rendered(0))

    def content(self, piece: str) -> bytes:
        """The frame of one piece of text, with the log probabilities of its tokens."""
        self._said += len(piece)
        first = self._tokens
        while self._ends[self._tokens] < self._said:
            self._tokens += 1
        self._tokens += 1
        return self._choice.frame(self._deltas.delta(piece), logprobs=self._rendered(self._tokens - first))

    @property
    def tail(self) -> bytes:
        """What follows the text."""
        return self._choice.tail

    def _rendered(self, tokens: int) -> bytes:
        return orjson.dumps(logprobs_of(islice(self._entries, tokens), refusal=self._refusal))
