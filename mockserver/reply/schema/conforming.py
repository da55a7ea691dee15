"""JSON text that conforms to a schema, of about as many tokens as are wanted."""

import json
from random import Random

from ..filler import FillerPool
from ..json_keys import Key
from ..json_values import freedom
from ..salience import Topics
from ..tokenised import Draft, tokenise
from .generator import Generator, Slot
from .references import Schema

_ENOUGH: int = 4
"""A text that lacks so few tokens is not stretched."""


def conforming(
    schema: Schema, about: Topics, tokens: int | None, pool: FillerPool, rng: Random, *, said: str = ""
) -> Draft:
    """A JSON text for `schema` in one line, with real token boundaries.

    It speaks of the topics, and takes numbers and choices from `said` where they fit. With `tokens` the freest of its
    strings is made so long that the whole has about as many, where the schema lets it.
    """
    maker = Generator(schema, about, said, rng)
    value = maker.value(schema, Key("value"))
    text = _dumped(value)
    if tokens is not None and maker.slots:
        lacking = tokens - len(tokenise(text, pool.encoding_name))
        slot = max(reversed(maker.slots), key=lambda each: (each.longest is None, freedom(each.key)))
        if lacking > _ENOUGH:
            _stretch(slot, lacking, pool, rng)
            text = _dumped(value)
    draft = Draft(pool.encoding_name)
    draft.add(tokenise(text, pool.encoding_name))
    return draft


def _stretch(slot: Slot, tokens: int, pool: FillerPool, rng: Random) -> None:
    """Lengthen a string by words of one token each, as far as it may be long."""
    text = slot.holder[slot.place] + "".join(word.text for word in pool.words(tokens, rng))
    slot.holder[slot.place] = text if slot.longest is None else text[: slot.longest]


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
