"""Running text: sentences about the topics, filler between them, an end on a whole sentence."""

import itertools
import random
from collections.abc import Iterator

from .filler import FillerPool
from .frames import BODIES, EARLIER, FOLLOW_UPS, LEADS, listed
from .reader import CLOSING_TOKENS, Reader
from .salience import Topics
from .tokenised import Draft, filled, tokenise

_LEAD_TOPICS = 3
_LEAD_TOPICS_OF_A_FOLLOW_UP = 2
_EARLIER_TOPICS = 2
_FILLER_TOKENS = 28
"""Filler behind a sentence about a topic."""
_ABOUT_PER_PARAGRAPH = 2
_STRIDE = 7
"""From one body frame to the next: shares no divisor with their number, so that each has its turn."""


def prose(about: Topics, tokens: int, pool: FillerPool, rng: random.Random, *, code: str | None = None) -> Draft:
    """Text of exactly `tokens` tokens where whole sentences allow it, otherwise of nearly as many; first the `code`."""
    encoding_name = pool.encoding_name
    draft = Draft(encoding_name)
    if code is not None:
        draft.add(tokenise(code, encoding_name))
    for frame, topics in _opening(about, rng):
        if draft:
            draft.join(".")
        draft.say(filled(frame, topics, encoding_name, lead=" " if draft else ""))
    reader = Reader(pool, rng)
    for number, (frame, topic) in enumerate(_about(about, rng), start=1):
        if tokens - len(draft) <= CLOSING_TOKENS:
            break
        breaks = number % _ABOUT_PER_PARAGRAPH == 0
        draft.join(".\n\n" if breaks else ".")
        draft.say(filled(frame, topic, encoding_name, lead="" if breaks else " "))
        reader.fill(draft, min(len(draft) + _FILLER_TOKENS, tokens - CLOSING_TOKENS))
    reader.close(draft, tokens - 1)
    draft.join(".")
    return draft


def _opening(about: Topics, rng: random.Random) -> Iterator[tuple[str, str]]:
    """One or two frames, with the topics that go into them: what the user asked, and what it goes back to."""
    if not about.current and about.earlier:
        yield rng.choice(FOLLOW_UPS), listed(about.earlier[:_LEAD_TOPICS])
        return
    lead = rng.choice(LEADS)
    if not about.earlier:
        yield lead, listed(about.current[:_LEAD_TOPICS])
        return
    yield lead, listed(about.current[:_LEAD_TOPICS_OF_A_FOLLOW_UP])
    yield rng.choice(EARLIER), listed(about.earlier[:_EARLIER_TOPICS])


def _about(about: Topics, rng: random.Random) -> Iterator[tuple[str, str]]:
    """Endless frames about one topic each, first those about topics that the opening left out."""
    topics = (about.current[_LEAD_TOPICS:] + about.earlier[_EARLIER_TOPICS:] + about.all) or ("this",)
    start = rng.randrange(len(BODIES))
    for number, topic in enumerate(itertools.cycle(topics)):
        yield BODIES[(start + number * _STRIDE) % len(BODIES)], topic
