"""latency/*.toml: how long the first token takes, in what rhythm the others come, how long replies get."""

from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from .distributions import Amount, Distribution, DistributionTable, NumberOrDistribution, Positive, Share, Sigma
from .reading import Envelope

Tokens = Annotated[int, Field(ge=1, le=1_000)]
Factor = Annotated[float, Field(gt=0, le=1_000)]


class SlowTable(Envelope):
    """The few requests that are several times slower than their kind."""

    share: Share
    """How many of all requests are slow."""
    factor: Factor
    """How many times as long they take, at the median."""
    sigma: Sigma = 0.0
    """Lognormal spread of that factor."""


class BurstSizeTable(Envelope):
    """Any number of tokens between the two, drawn for each burst."""

    min: Tokens
    max: Tokens

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min > self.max:
            raise ValueError("min must not be more than max")
        return self


class LateTable(Envelope):
    """Delays on the way: P(delay > x) = share * (1 + x / scale)^-alpha, of each burst on its own."""

    share: Share
    """How many bursts are late."""
    scale: Positive
    """Scale of the delay, in mean times between bursts."""
    alpha: Annotated[float, Field(ge=1, le=100)]
    """How light its tail is."""


class BurstsTable(Envelope):
    """Tokens that leave together; a burst overtakes none, so that those behind a late one join it."""

    tokens: Tokens | BurstSizeTable
    """How many tokens a burst has."""
    sigma: Sigma = 0.0
    """Lognormal spread of the time between bursts of one reply; the mean stays where it is."""
    late: LateTable | None = None
    filter_ms: NumberOrDistribution | None = None
    """What a filter takes that reads each burst before it leaves: the burst waits for its last token, then for this."""


class StallTable(Envelope):
    """A pause behind the first token of an answer to a long prompt that was found in the cache."""

    above_prompt_tokens: Annotated[int, Field(ge=0)]
    share: Share
    """How many of these answers pause."""
    pause_ms: NumberOrDistribution


def _kind_of_length(value: Any) -> str:
    match value:
        case dict():
            return str(value.get("dist", "lognormal"))
        case int() | float():
            return "number"
        case "fill":
            return "word"
    return str(getattr(value, "dist", "other"))


ReplyTokens = Annotated[
    Annotated[int, Field(ge=1), Tag("number")] | Annotated[Literal["fill"], Tag("word")] | DistributionTable,
    Discriminator(
        _kind_of_length,
        custom_error_type="no_length",
        custom_error_message='should be a number of tokens, "fill", or a table such as { median = 160, sigma = 0.7 }',
    ),
]


class LatencyTable(Envelope):
    """`[default]` or `[models."NAME"]`; a key that a model's table leaves out comes from `[default]`."""

    ttft_base_ms: NumberOrDistribution | None = None
    """Time to first token for an empty prompt."""
    ttft_per_prompt_token_us: Amount | None = None
    """What each prompt token that is not cached adds to it, in microseconds."""
    ttft_prompt_exponent: Annotated[float, Field(gt=0, le=2)] | None = None
    """The power of their number that counts: 1 is proportional."""
    ttft_sigma: Sigma | None = None
    """Lognormal spread of the time to first token between requests; 0 is none. The median stays where it is."""
    ttft_slow: SlowTable | None = None
    ttft_residual: Distribution | None = None
    """Distribution of the factor on the time to first token, in place of `ttft_sigma` and `ttft_slow`."""
    itl_ms: NumberOrDistribution | None = None
    """Time per output token."""
    itl_sigma: Sigma | None = None
    """Lognormal spread of that time between requests: each request has one speed."""
    itl_per_1000_prompt_tokens: Amount | None = None
    """The share by which 1,000 tokens of prompt, cached or not, make it longer."""
    ttft_slowdown_exponent: Annotated[float, Field(ge=0, le=5)] | None = None
    """The power of a slow-down by which the time to first token grows."""
    itl_slowdown_exponent: Annotated[float, Field(ge=0, le=5)] | None = None
    """The power of it by which the time per token grows."""
    bursts: BurstsTable | None = None
    """How tokens leave; without it one by one, evenly."""
    long_context_stall: StallTable | None = None
    first_byte_lead_ms: Amount | None = None
    """How long headers and role chunk precede the first content; never before the request arrived."""
    reply_tokens: ReplyTokens | None = None
    """Length of a reply: a number, a distribution, or "fill" (exactly `max_tokens`, 100 when absent)."""

    @model_validator(mode="after")
    def _one_spread(self) -> Self:
        if self.ttft_residual is not None and (self.ttft_sigma is not None or self.ttft_slow is not None):
            raise ValueError("ttft_residual takes the place of ttft_sigma and ttft_slow; state one or the other")
        return self


class NoiseTable(Envelope):
    """Slow-downs that come and go: the logarithm is an autoregressive process of the first order."""

    sigma: Sigma
    """Standard deviation of the logarithm."""
    time_constant_min: Annotated[float, Field(ge=0.1, le=10_000)]
    """After so many simulated minutes two of them have a correlation of 1/e."""


class IncidentsTable(Envelope):
    """Stretches of time in which everything is slow."""

    every_h: Annotated[float, Field(ge=0.01, le=100_000)]
    """Mean simulated hours from the begin of one to the begin of the next; begins are a Poisson process."""
    duration_min: NumberOrDistribution
    factor: NumberOrDistribution
    """How many times as long everything takes then."""


class SlowdownTable(Envelope):
    """`[slowdown]`: what makes everybody's requests slower or faster at a simulated time. The factors multiply."""

    hours: Annotated[list[Factor], Field(min_length=24, max_length=24)] | None = None
    """A factor for each hour of the day."""
    utc_offset_h: Annotated[float, Field(ge=-14, le=14)] = 0.0
    """Whose day: hours ahead of UTC."""
    weekend: Factor = 1.0
    """A factor more on Saturdays and Sundays."""
    noise: NoiseTable | None = None
    incidents: IncidentsTable | None = None


class EngineTable(Envelope):
    """`[engine]`: a self-hosted server that batches continuously (docs/latency.md).

    An iteration takes step_ms + B * step_per_sequence_us + KV * step_per_kv_token_us + P * step_per_prefill_token_us.
    slots, queue and step_ms have to be stated, here or in what the file extends.
    """

    slots: Annotated[int, Field(ge=1)] | None = None
    """How many sequences it works on at once."""
    queue: Annotated[int, Field(ge=0)] | None = None
    """How many more may wait for a slot."""
    when_full: Literal[429, 503] = 429
    """The status of the answer to those who find slots and queue full."""
    step_ms: Annotated[float, Field(gt=0)] | None = None
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

    With `extends`, what it says is laid over the profile of that name or path, key by key.
    """

    description: str = ""
    extends: str | None = None
    default: LatencyTable
    models: dict[str, LatencyTable] = {}
    engine: EngineTable | None = None
    slowdown: SlowdownTable | None = None

    @model_validator(mode="before")
    @classmethod
    def _default_of_another(cls, table: Any) -> Any:
        if isinstance(table, dict) and "extends" in table and "default" not in table:
            return {**table, "default": {}}
        return table
