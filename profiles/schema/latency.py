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


class EngineTable(Envelope):
    """`[engine]`: a self-hosted server that batches continuously (docs/latency.md).

    An iteration takes step_ms + B * step_per_sequence_us + KV * step_per_kv_token_us + P * step_per_prefill_token_us.
    """

    slots: Annotated[int, Field(ge=1)]
    """How many sequences it works on at once."""
    queue: Annotated[int, Field(ge=0)]
    """How many more may wait for a slot."""
    when_full: Literal[429, 503] = 429
    """The status of the answer to those who find slots and queue full."""
    step_ms: Annotated[float, Field(gt=0)]
    """How long an iteration takes at least: a token of a sequence that is alone."""
    step_per_sequence_us: Annotated[float, Field(ge=0)] = 0.0
    """What each sequence adds to it, in microseconds."""
    step_per_kv_token_us: Annotated[float, Field(ge=0)] = 0.0
    """What each token adds that those who speak attend to: their prompts and what they have said."""
    step_per_prefill_token_us: Annotated[float, Field(ge=0)] = 0.0
    """What each prompt token adds that is read in it."""
    prefill_chunk_tokens: Annotated[int, Field(ge=1)] = 2048
    """How many prompt tokens are read in an iteration at most."""


class LatencyFile(Envelope):
    """A latency profile: `[default]` for every model, `[models."NAME"]` for what is different.

    With an `[engine]` that one says when tokens come, whatever the model.
    """

    description: str = ""
    default: LatencyTable
    models: dict[str, LatencyTable] = {}
    engine: EngineTable | None = None
