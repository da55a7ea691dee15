"""Running text: sentences about the topics, filler between them, an end on a whole sentence."""

import itertools
import random
from collections.abc import Iterator

from .filler import FillerPool
from .frames import BODIES, EARLIER, FOLLOW_UPS, LEADS, listed
from .reader import CLOSING_TOKENS, Reader
from .salience import Topics
from .tokenised import Draft, tokenise

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
    draft = Draft(pool.encoding_name)
    opening = _opening(about, rng)
    draft.add(tokenise(opening if code is None else f"{code}. {opening}", pool.encoding_name))
    reader = Reader(pool, rng)
    for number, sentence in enumerate(_about(about, rng), start=1):
        if tokens - len(draft) <= CLOSING_TOKENS:
            break
        breaks = number % _ABOUT_PER_PARAGRAPH == 0
        draft.join(".\n\n" if breaks else ".")
        draft.add(tokenise(sentence if breaks else f" {sentence}", pool.encoding_name))
        reader.fill(draft, min(len(draft) + _FILLER_TOKENS, tokens - CLOSING_TOKENS))
    reader.close(draft, tokens - 1)
    draft.join(".")
    return draft


def _opening(about: Topics, rng: random.Random) -> str:
    """One or two sentences that name what the user asked, and what it goes back to."""
    if not about.current and about.earlier:
        return rng.choice(FOLLOW_UPS).format(topics=listed(about.earlier[:_LEAD_TOPICS]))
    lead = rng.choice(LEADS)
    if not about.earlier:
        return lead.format(topics=listed(about.current[:_LEAD_TOPICS]))
    lead = lead.format(topics=listed(about.current[:_LEAD_TOPICS_OF_A_FOLLOW_UP]))
    return f"{lead}. {rng.choice(EARLIER).format(topics=listed(about.earlier[:_EARLIER_TOPICS]))}"


def _about(about: Topics, rng: random.Random) -> Iterator[str]:
    """Endless sentences about one topic each, first those about topics that the opening left out."""
    topics = (about.current[_LEAD_TOPICS:] + about.earlier[_EARLIER_TOPICS:] + about.all) or ("this",)
    start = rng.randrange(len(BODIES))
    for number, topic in enumerate(itertools.cycle(topics)):
        yield BODIES[(start + number * _STRIDE) % len(BODIES)].format(topic=topic)
