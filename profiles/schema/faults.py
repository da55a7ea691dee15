"""faults/*.toml: which faults strike, and how often. A fault's own keys are validated by the fault."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from .reading import Envelope


class RuleTable(Envelope):
    """One `[[rule]]`: the fault's kind, its chance, and (as extra keys) the fault's own fields."""

    model_config = ConfigDict(frozen=True, extra="allow", allow_inf_nan=False)

    fault: str
    """The kind of fault, for example "status"."""
    probability: Annotated[float, Field(ge=0, le=1)] = 1.0
    """The chance that the fault strikes a request, drawn once per request."""

    @property
    def fields(self) -> dict[str, Any]:
        """The fault's own keys, as written."""
        return dict(self.__pydantic_extra__ or {})


class FaultsFile(Envelope):
    """A faults profile: rules in the order in which they are tried."""

    description: str = ""
    rule: list[RuleTable] = []
