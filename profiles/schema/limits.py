"""limits/*.toml: how many requests and tokens per minute an organisation may use, per model pool."""

from typing import Annotated

from pydantic import Field

from .reading import Envelope

PerMinute = Annotated[int, Field(ge=1)]


class LimitsTable(Envelope):
    """`[default]` or `[models."POOL"]`; a dimension left out is not limited."""

    rpm: PerMinute | None = None
    """Requests per minute (bucket capacity, refilled continuously)."""
    tpm: PerMinute | None = None
    """Tokens per minute."""


class LimitsFile(Envelope):
    """A limits profile: `[default]` for every pool, `[models."POOL"]` replaces it as a whole."""

    description: str = ""
    default: LimitsTable = LimitsTable()
    models: dict[str, LimitsTable] = {}
