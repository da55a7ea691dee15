"""What a class asks of the API besides its texts: tools, a form of the answer, patience, a planned hang-up."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from .reading import Envelope

Span = Annotated[float, Field(gt=0)]


class FunctionTable(Envelope):
    """A function that the model may call."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
    description: str | None = None
    parameters: dict[str, Any] | None = None
    """A JSON Schema of its arguments."""
    strict: bool | None = None


class ToolTable(Envelope):
    """One `[[class.tools]]`, in the form of the API."""

    type: Literal["function"] = "function"
    function: FunctionTable


class SchemaFormat(Envelope):
    """`response_format` as a table: JSON that conforms to a schema."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
    # not `schema`, which pydantic's own classes have
    schema_: Annotated[dict[str, Any], Field(alias="schema")]
    strict: bool = True


class TimeoutsTable(Envelope):
    """How long an attempt may take, in seconds; what is left out is as elsewhere."""

    connect_s: Span | None = None
    first_token_s: Span | None = None
    idle_s: Span | None = None
    total_s: Span | None = None

    @property
    def given(self) -> dict[str, float]:
        """Those that are said."""
        return self.model_dump(exclude_none=True)


class AbandonTable(Envelope):
    """Users who hang up on purpose: this share of requests, after a time or a number of tokens."""

    share: Annotated[float, Field(gt=0, le=1)]
    after_s: Annotated[tuple[Span, Span], Field(strict=False)] | None = None
    """Uniform between the two, from the sending on."""
    after_tokens: Annotated[int, Field(ge=1)] | None = None
    """So many pieces of content of a stream, each of which is a token where the server does not join them."""

    @model_validator(mode="after")
    def _one_moment(self) -> Self:
        if (self.after_s is None) == (self.after_tokens is None):
            raise ValueError("needs exactly one of 'after_s' and 'after_tokens'")
        if self.after_s is not None and self.after_s[0] > self.after_s[1]:
            raise ValueError("after_s must be [shortest, longest]")
        return self


Objectives = Annotated[list[Annotated[str, Field(min_length=1)]], Field(min_length=1)]
"""SLOs as --slo takes them, or objectives of requests as --goodput does."""
