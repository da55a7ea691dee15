"""limits/*.toml: how many requests and tokens an organisation may use, per model pool."""

from typing import Annotated, Literal

from pydantic import Field

from .reading import Envelope

Limit = Annotated[int, Field(ge=1)]
ChargeMode = Literal["prompt_estimate", "plus_max_tokens", "max_of"]
"""What a request costs in tokens: an estimate of its prompt, that and `max_tokens` for each choice, or the larger."""


class LimitsTable(Envelope):
    """`[default]` or `[models."POOL"]`; a dimension left out is not limited."""

    rpm: Limit | None = None
    """Requests per minute (bucket capacity, refilled continuously)."""
    tpm: Limit | None = None
    """Tokens per minute."""
    rpd: Limit | None = None
    """Requests per day."""
    tpd: Limit | None = None
    """Tokens per day."""
    concurrent: Limit | None = None
    """Requests open at once."""


class LimitsFile(Envelope):
    """A limits profile: `[default]` for every pool, `[models."POOL"]` replaces it as a whole."""

    description: str = ""
    charge: ChargeMode = "prompt_estimate"
    settle: bool = False
    """Whether the difference to the real usage is charged, or given back, after the answer."""
    refused_debits: bool = False
    """Whether a refused request takes a request from its limits."""
    slice_s: Annotated[float, Field(gt=0, le=60)] | None = None
    """Requests per minute are counted in slices of so many seconds, as Azure counts them."""
    hint: str = ""
    """What refusals say at their end."""
    default: LimitsTable = LimitsTable()
    models: dict[str, LimitsTable] = {}
