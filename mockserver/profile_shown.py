"""A latency profile for people: what counts of it, and pictures of its times."""

from collections.abc import Iterator
from functools import partial

from profiles.catalogue import ModelFacts

from .chance import Draws
from .latency import LatencyProfile
from .latency.load_picture import asked, load_pictures
from .latency.picture import pictures
from .latency.stated import stated
from .usage import reasoning_tokens


def shown(name: str, profile: LatencyProfile, facts: ModelFacts | None, prompt_tokens: int) -> Iterator[str]:
    """The lines of `mockserver profiles show`; `facts` is None for a model without figures of its own."""
    yield from stated(name, facts)
    yield ""
    yield from _pictures(profile, facts, prompt_tokens)


def _pictures(profile: LatencyProfile, facts: ModelFacts | None, prompt_tokens: int) -> Iterator[str]:
    """Pictures of a model's times; of an engine's, which are those of its load."""
    latency = profile.default if facts is None else profile.of(facts)

    def thought(place: int) -> int:
        return reasoning_tokens(None, Draws(0, b"", place, "reasoning"), facts.reasoning_step_tokens if facts else 1)

    reasons = facts is not None and facts.reasoning
    if profile.engine is None:
        draws = partial(Draws, 0, b"", purpose="picture")
        return pictures(latency, prompt_tokens, draws, thought if reasons else None)
    requests = asked(latency, Draws(0, b"", None, "picture"), thought if reasons else None)
    return load_pictures(profile.engine, requests, max(prompt_tokens, 1))
