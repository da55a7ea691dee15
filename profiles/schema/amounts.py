"""How much of something: a fixed number of tokens, or a distribution of them."""

from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from .reading import Envelope

MOST: Final = 1_000_000
"""More tokens than any model takes: a larger number is a slip."""

Count = Annotated[int, Field(ge=1, le=MOST)]


class UniformTable(Envelope):
    """Any whole number between the two, each as likely as the other."""

    min: Count
    max: Count

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min > self.max:
            raise ValueError("min must not be more than max")
        return self


class NormalTable(Envelope):
    """A normal distribution; what falls outside of the bounds is moved to the nearer one."""

    mean: Annotated[float, Field(gt=0, le=MOST)]
    sd: Annotated[float, Field(ge=0, le=MOST)]
    min: Count = 1
    max: Count = MOST

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min > self.max:
            raise ValueError("min must not be more than max")
        return self


class LognormalTable(Envelope):
    """A lognormal distribution by its median or its mean; `sigma` is the standard deviation of the logarithm."""

    median: Annotated[float, Field(gt=0, le=MOST)] | None = None
    mean: Annotated[float, Field(gt=0, le=MOST)] | None = None
    sigma: Annotated[float, Field(ge=0, le=5)]
    max: Count = MOST

    @model_validator(mode="after")
    def _one_middle(self) -> Self:
        if (self.median is None) == (self.mean is None):
            raise ValueError("needs exactly one of 'median' and 'mean'")
        return self


class EmpiricalTable(Envelope):
    """Values that were counted somewhere, each as likely as its weight says."""

    values: Annotated[list[Count], Field(min_length=1)]
    weights: list[Annotated[float, Field(gt=0)]] | None = None

    @model_validator(mode="after")
    def _as_many(self) -> Self:
        if self.weights is not None and len(self.weights) != len(self.values):
            raise ValueError(f"{len(self.values)} values need as many weights, not {len(self.weights)}")
        return self


class AmountTable(Envelope):
    """`prompt_tokens` or `output_tokens`: exactly one of these."""

    fixed: Count | None = None
    uniform: UniformTable | None = None
    normal: NormalTable | None = None
    lognormal: LognormalTable | None = None
    empirical: EmpiricalTable | Annotated[list[Count], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise ValueError(f"needs exactly one of {', '.join(AmountTable.model_fields)}")
        return self


Amount = Count | AmountTable
