"""faults/*.toml: which faults strike whom, and how often. A fault's own keys are validated by the fault."""

from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from .reading import Envelope

Seconds = Annotated[float, Field(ge=0)]
Count = Annotated[int, Field(ge=1)]
Probability = Annotated[float, Field(ge=0, le=1)]


class OutageTable(Envelope):
    """`outage`: a two-state Markov process. Both stays are exponential, with these means in simulated seconds."""

    up_s: Annotated[float, Field(gt=0)]
    down_s: Annotated[float, Field(gt=0)]


class MatchTable(Envelope):
    """`match`: whom a rule is about; all that is said has to be true."""

    model: str | None = None
    """A model, as requests name it; * stands for anything."""
    key: str | None = None
    route: str | None = None
    """A path, such as /v1/chat/completions; * stands for anything."""
    stream: bool | None = None
    header: str | None = None
    """A header that is there, or NAME: VALUE."""
    prompt: str | None = None
    """Text that occurs in a message, in whatever case."""


class RuleTable(Envelope):
    """One `[[rule]]`: the fault's kind, whom and how often it strikes, and (as extra keys) the fault's own fields."""

    model_config = ConfigDict(frozen=True, extra="allow", allow_inf_nan=False)

    fault: str
    """The kind of fault, for example "status"."""
    probability: Probability | Annotated[list[Probability], Field(min_length=2, max_length=2)] = 1.0
    """The chance that the fault strikes a request, drawn once per request; [from, to] changes through a phase."""
    outage: OutageTable | None = None
    """It strikes only while a service is down that fails and recovers by itself."""
    burst: Count = 1
    """Each time it strikes, it strikes so many requests in a row."""
    every: Count | None = None
    """Only each so-manieth of the requests that match."""
    first: Count | None = None
    """Only the first so many of the requests that match."""
    at_most: Count | None = None
    """So many times in all."""
    from_s: Seconds = 0.0
    """From so many simulated seconds after the server's start on."""
    until_s: Seconds | None = None
    """Until so many seconds after it."""
    match: MatchTable = MatchTable()

    @model_validator(mode="after")
    def _window(self) -> Self:
        if self.until_s is not None and self.until_s <= self.from_s:
            raise ValueError("until_s should be later than from_s")
        return self

    @property
    def fields(self) -> dict[str, Any]:
        """The fault's own keys, as written."""
        return dict(self.__pydantic_extra__ or {})


class PhaseTable(Envelope):
    """One `[[phase]]` of a script: its name, its length in simulated seconds, and the rules that hold in it alone."""

    name: Annotated[str, Field(min_length=1)]
    for_s: Annotated[float, Field(gt=0)]
    rule: list[RuleTable] = []


class FaultsFile(Envelope):
    """A faults profile: rules in the order in which they are tried, and phases that follow one another."""

    description: str = ""
    rule: list[RuleTable] = []
    phase: list[PhaseTable] = []
    repeat: Count | Literal["forever"] = 1
    """How often the phases come."""

    @model_validator(mode="after")
    def _names(self) -> Self:
        names = [phase.name for phase in self.phase]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two phases are called {name!r}")
        return self
