"""workloads/*.toml: who asks what, how often, and what a good answer contains."""

import re
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from .reading import Envelope

Seconds = Annotated[float, Field(ge=0)]
Text = Annotated[str, Field(min_length=1)]
Texts = Annotated[list[Text], Field(min_length=1)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]

PLACEHOLDER = re.compile(r"\{\{\s*(\w+)(?:\.(\d+))?\s*\}\}")
"""`{{name}}` in a text: a value of the pool of that name, the same one throughout a session. `{{name.2}}` and so on:
further ones, different from each other."""


class ExpectTable(Envelope):
    """What an answer must satisfy to be a success; every key that is given must hold."""

    non_empty: bool = False
    """Something other than white space."""
    json_keys: Texts | None = None
    """A JSON object that has these keys (an answer fenced as a code block counts)."""
    any_of: Texts | None = None
    """At least one of these at the start of a word, whatever the case: "upload" finds "Uploading"."""


class PoolTable(Envelope):
    """Values for a placeholder: made once, before the run, by a Faker formatter, or a list of choices."""

    faker: str | None = None
    """The name of a Faker formatter, for example "company"."""
    args: dict[str, Any] = {}
    """Keyword arguments for the formatter."""
    size: Annotated[int, Field(ge=1, le=100_000)] = 200
    """How many values the formatter makes; what comes out twice counts once."""
    choices: Texts | None = None
    """The values themselves. They may hold placeholders of pools that stand before this one in the file."""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.faker is None) == (self.choices is None):
            raise ValueError("needs exactly one of 'faker' and 'choices'")
        if self.faker is None and (extra := self.model_fields_set & {"args", "size"}):
            raise ValueError(f"'{min(extra)}' goes with 'faker'")
        return self


class ScenarioTable(Envelope):
    """A conversation: what the user says, turn by turn, and what the answers must speak of."""

    turns: Texts
    expect: ExpectTable = ExpectTable()
    """Checked on every answer of this scenario, beside the class's own `expect`."""


class ClassTable(Envelope):
    """One `[[class]]` of requests."""

    name: Name
    weight: Annotated[float, Field(gt=0)] = 1.0
    """Share of this class among the sessions that are begun."""
    model: str
    stream: bool = False
    system: str | None = None
    """The system message; may hold placeholders."""
    prompts: Texts | None = None
    """Single-turn questions, one of which is asked."""
    scenario: Annotated[list[ScenarioTable], Field(min_length=1)] | None = None
    """Conversations, one of which is held; the history grows with the real replies."""
    think_time_s: Annotated[tuple[Seconds, Seconds], Field(strict=False)] = (1.0, 3.0)
    """Pause after each answer, uniform between the two."""
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    response_format: Literal["text", "json_object"] | None = None
    expect: ExpectTable = ExpectTable(non_empty=True)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.prompts is None) == (self.scenario is None):
            raise ValueError("needs exactly one of 'prompts' and 'scenario'")
        if self.think_time_s[0] > self.think_time_s[1]:
            raise ValueError("think_time_s must be [shortest, longest]")
        return self


class WorkloadFile(Envelope):
    """A workload: pools of details, and classes that use them."""

    description: str = ""
    pools: dict[str, PoolTable] = {}
    class_: Annotated[list[ClassTable], Field(alias="class", min_length=1)]

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [table.name for table in self.class_]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two classes are named {name!r}")
        return self
