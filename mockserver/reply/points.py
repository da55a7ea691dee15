"""Lists: as many points as were asked for, the topics first."""

import itertools
import random

from .filler import FillerPool
from .frames import INTROS, POINTS, SHORT_POINTS, listed
from .reader import Reader
from .salience import Topics
from .shape import Points
from .tokenised import Draft, tokenise

_ROOMY, _TIGHT = 26, 16
"""Tokens a point: from the first on there is an introduction, below the second points are a few words."""
_INTRO_TOPICS = 2
_UNASKED = (3, 5)
"""How many points there are when no number was given."""


def points(
    about: Topics, shape: Points, tokens: int, pool: FillerPool, rng: random.Random, *, code: str | None = None
) -> Draft:
    """A list of as many points as asked for and, where whole sentences allow it, exactly `tokens` tokens.

    A `code` stands before it.
    """
    count = shape.count or rng.randint(*_UNASKED)
    draft = Draft(pool.encoding_name)
    if code is not None:
        draft.add(tokenise(code, pool.encoding_name))
        draft.join(".\n\n")
    if tokens >= _ROOMY * count:
        intro = rng.choice(INTROS).format(topics=listed(about.mixed[:_INTRO_TOPICS]))
        draft.add(tokenise(intro, pool.encoding_name))
        draft.join(":\n\n")
    per_point = (tokens - len(draft)) / count
    frames = SHORT_POINTS if per_point < _TIGHT else POINTS
    start = rng.randrange(len(frames))
    reader = Reader(pool, rng)
    first = len(draft)
    for number, topic in zip(range(count), itertools.cycle(about.mixed or ("This",)), strict=False):
        said = frames[(start + number) % len(frames)].format(topic=topic[0].upper() + topic[1:])
        draft.add(tokenise(f"{shape.mark(number)}{said}", pool.encoding_name))
        reader.fill_and_close(draft, first + round(per_point * (number + 1)) - 1)
        draft.join(".\n" if number < count - 1 else ".")
    return draft
