"""A JSON object as an answer: valid at any length that it fits in."""

import json
import random
from collections.abc import Sequence

from .filler import FillerPool
from .json_keys import Key
from .json_values import Value, Values, freedom
from .salience import Topics
from .tokenised import Draft, tokenise

_UNNAMED = (Key("subject"), Key("summary"), Key("tags"))
_PADDING = Key("note")


def json_object(
    about: Topics, keys: Sequence[Key], at_least: int | None, pool: FillerPool, rng: random.Random
) -> Draft:
    """An object with `keys`, in one line, brought to exactly `at_least` tokens when it has fewer.

    Filler words go to the end of the freest of its strings, the last of equals, or of an added "note".
    """
    values = Values(about, rng)
    said: dict[Key, Value] = {key: values.value(key) for key in keys or _UNNAMED}
    draft = Draft(pool.encoding_name)
    draft.add(tokenise(_dumped(list(said.items())), pool.encoding_name))
    if at_least is None or len(draft) >= at_least:
        return draft
    strings = [key for key, value in said.items() if isinstance(value, str)]
    if not strings:
        said[_PADDING] = values.value(_PADDING)
        strings = [_PADDING]
    stretched = max(reversed(strings), key=freedom)
    return _padded(list(said.items()), stretched, at_least, pool, rng)


def _padded(items: list[tuple[Key, Value]], stretched: Key, tokens: int, pool: FillerPool, rng: random.Random) -> Draft:
    """The object with filler words in one of its strings: cut in two there, before the closing quote."""
    after = next(place for place, (key, _) in enumerate(items) if key == stretched) + 1
    head = tokenise(_dumped(items[:after])[: -len('"}')], pool.encoding_name)
    rest = _dumped(items[after:])
    tail = tokenise('"}' if rest == "{}" else f'", {rest[1:]}', pool.encoding_name)
    draft = Draft(pool.encoding_name)
    draft.add(head)
    for words in pool.words(max(0, tokens - len(head) - len(tail)), rng):
        draft.add(words)
    draft.add(tail)
    return draft


def _dumped(items: list[tuple[Key, Value]]) -> str:
    return json.dumps({key.name: value for key, value in items}, ensure_ascii=False)
