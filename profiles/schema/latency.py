"""latency/*.toml: how long the first token takes, how far apart tokens are, how long replies get."""

from typing import Annotated, Literal

from pydantic import Field

from .reading import Envelope

Milliseconds = Annotated[float, Field(ge=0)]


class ReplyTokens(Envelope):
    """A lognormal reply length: `median` tokens, `sigma` the standard deviation of its logarithm."""

    median: Annotated[float, Field(gt=0)]
    sigma: Annotated[float, Field(ge=0)] = 0.0


class LatencyTable(Envelope):
    """`[default]` or `[models."NAME"]`; a key that a model's table leaves out comes from `[default]`."""

    ttft_base_ms: Milliseconds | None = None
    """Time to first token for an empty prompt."""
    ttft_per_prompt_token_us: Annotated[float, Field(ge=0)] | None = None
    """What each prompt token adds to it, in microseconds."""
    ttft_sigma: Annotated[float, Field(ge=0, le=3)] | None = None
    """Lognormal spread of the time to first token between requests; 0 is none. The median stays where it is."""
    itl_ms: Milliseconds | None = None
    """Gap between output tokens."""
    itl_sigma: Annotated[float, Field(ge=0, le=3)] | None = None
    """Lognormal spread of the gap between requests: each request has one speed, all its gaps are equal."""
    first_byte_lead_ms: Milliseconds | None = None
    """How long headers and role chunk precede the first content; never before the request arrived."""
    reply_tokens: Annotated[int, Field(ge=1)] | Literal["fill"] | ReplyTokens | None = None
    """Length of a reply: a number, a distribution, or "fill" (exactly `max_tokens`, 100 when absent)."""


class LatencyFile(Envelope):
    """A latency profile: `[default]` for every model, `[models."NAME"]` for what is different."""

    description: str = ""
    default: LatencyTable
    models: dict[str, LatencyTable] = {}
