"""The writer: from a conversation and a length to a reply."""

import random
from collections.abc import Sequence

from profiles.tokens import Message

from .filler import FillerPool
from .form import Form, JsonMode, JsonOf
from .json_object import json_object as object_of
from .points import points
from .prose import prose
from .reader import Reader
from .repeating import without_requests
from .reply import Length, Reply
from .salience import topics
from .schema import conforming
from .shape import JsonObject, Points, Shape, asked_shape
from .tokenised import Draft, Tokenised, tokenise
from .tools import Offer, call_tools, topics_with_results

_CUT_OFF_TOKENS = 7
"""How much further a reply that the cap cuts off would have gone: it ends in the middle of something."""
_TOPICS_BEFORE_KEYS = 24
"""Of a message that names keys, many topics are those keys."""


class Writer:
    """Writes replies; keeps one filler pool per encoding. The same arguments give the same reply."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._pools: dict[str, FillerPool] = {}

    def warm(self, encoding_name: str) -> None:
        """Load an encoding and build its pool now (about 0.4 s) rather than at the first reply."""
        if encoding_name not in self._pools:
            self._pools[encoding_name] = FillerPool(self._seed, encoding_name)

    def write(
        self,
        conversation: Sequence[Message],
        length: Length,
        *,
        stop: Sequence[str],
        encoding_name: str,
        form: Form,
        offer: Offer | None,
        rng: random.Random,
    ) -> Reply:
        """The reply to the last user message of `conversation`, in the form that it or a system message asks for.

        `form` demands one in any case. The text ends before the earliest of the `stop` sequences. Where something is
        offered that fits, it is called instead.
        """
        self.warm(encoding_name)
        pool = self._pools[encoding_name]
        if offer is not None:
            called = call_tools(offer, conversation, length, pool, rng)
            if called is not None:
                return called
        if isinstance(form, JsonOf):
            return self._conforming(conversation, form, length, stop, pool=pool, rng=rng)
        conversation, code = without_requests(conversation)
        shape = asked_shape(conversation, json_object=isinstance(form, JsonMode))
        draft = self._draft(conversation, shape, length, pool, rng, code=code)
        return _ended(draft.cut(length.target if length.exact else length.cap), length, stop, encoding_name)

    @staticmethod
    def _conforming(
        conversation: Sequence[Message],
        form: JsonOf,
        length: Length,
        stop: Sequence[str],
        *,
        pool: FillerPool,
        rng: random.Random,
    ) -> Reply:
        """JSON for a schema: as long as it has to be, and cut off only by the cap."""
        said = next((message.text for message in reversed(conversation) if message.role == "user"), "")
        target = length.target if length.exact else None
        draft = conforming(form.schema, topics_with_results(conversation), target, pool, rng, said=said)
        return _ended(draft.cut(length.cap), length, stop, pool.encoding_name)

    def _draft(
        self,
        conversation: Sequence[Message],
        shape: Shape,
        length: Length,
        pool: FillerPool,
        rng: random.Random,
        *,
        code: str | None,
    ) -> Draft:
        """All there is to say, at least as long as an exact length asks for; text begins with the `code` asked for."""
        if isinstance(shape, JsonObject):
            exactly = length.target if length.exact else None
            matter = topics(conversation, at_most=_TOPICS_BEFORE_KEYS).without(shape.words)
            return object_of(matter, shape.keys, exactly, pool, rng)
        about = topics_with_results(conversation)
        if isinstance(shape, Points):
            room = length.target if length.cap is None else min(length.target, length.cap)
            draft = points(about, shape, room, pool, rng, code=code)
        else:
            cut_off = length.exact and length.target == length.cap
            draft = prose(about, length.target + cut_off * _CUT_OFF_TOKENS, pool, rng, code=code)
        if length.exact and len(draft) < length.target:
            Reader(pool, rng).run_on(draft, length.target)
        return draft


def _ended(said: Tokenised, length: Length, stop: Sequence[str], encoding_name: str) -> Reply:
    """The reply as the API would end it: before a stop sequence, at the cap, or by itself."""
    stops = [at for sequence in stop if sequence and (at := said.text.find(sequence)) >= 0]
    if stops:
        kept = tokenise(said.text[: min(stops)], encoding_name)
        return Reply(kept.text, kept.ends, "stop")
    return Reply(said.text, said.ends, "length" if len(said) == length.cap else "stop")
