"""workloads/*.toml: who asks what, how often, and what a good answer contains."""

import json
import re
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from .amounts import Amount, Count, UniformTable
from .asking import AbandonTable, Objectives, SchemaFormat, TimeoutsTable, ToolTable
from .expect import ExpectTable, Text, Texts
from .reading import Envelope
from .run import RunTable

Seconds = Annotated[float, Field(ge=0)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]

PLACEHOLDER = re.compile(r"\{\{\s*(\w+)(?:\.(\d+))?\s*\}\}")
"""`{{name}}` in a text: a value of the pool of that name, the same one throughout a session. `{{name.2}}` and so on:
further ones, different from each other."""

SOURCES = ("prompts", "scenario", "prompts_from", "prompt_tokens")
"""Where a class has its questions from."""

CHOICES = ("auto", "none", "required")
"""What `tool_choice` may be besides the name of a function."""


def _listed(tools: Any) -> Any:
    """Tools as a list; they may be JSON, as they stand in the body of a request."""
    if not isinstance(tools, str):
        return tools
    try:
        listed = json.loads(tools)
    except json.JSONDecodeError as error:
        raise ValueError(f"not valid JSON: {error}") from None
    if not isinstance(listed, list):
        raise ValueError("JSON, but not a list of tools")
    return listed


Tools = Annotated[list[ToolTable], Field(min_length=1), BeforeValidator(_listed)]


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
    rate: Annotated[float, Field(gt=0)] | None = None
    """Sessions of this class that are begun per second, in place of a weight: every class has one, or none has."""
    model: str
    stream: bool = False
    system: str | None = None
    """The system message; may hold placeholders."""
    prompts: Texts | None = None
    """Single-turn questions, one of which is asked."""
    scenario: Annotated[list[ScenarioTable], Field(min_length=1)] | None = None
    """Conversations, one of which is held; the history grows with the real replies."""
    prompts_from: Text | None = None
    """A file of questions or conversations, its path seen from this file: JSON Lines, or ShareGPT's JSON."""
    prompt_tokens: Amount | None = None
    """Made-up text of so many tokens, exactly, by the tokenizer of the model."""
    turns: Count | UniformTable | None = None
    """How many such texts a session asks, one after the other: goes with `prompt_tokens`."""
    output_tokens: Amount | None = None
    """`max_tokens` of each request, drawn anew."""
    shared_prefix_tokens: Count | None = None
    """A text of so many tokens that sessions have in common, at the very beginning of the system message."""
    shared_prefixes: Annotated[int, Field(ge=1, le=1000)] | None = None
    """How many different ones there are, of which a session has one (default: 1)."""
    repeat: Annotated[float, Field(gt=0, le=1)] | None = None
    """Share of sessions that ask word by word what an earlier one asked."""
    think_time_s: Annotated[tuple[Seconds, Seconds], Field(strict=False)] = (1.0, 3.0)
    """Pause after each answer, uniform between the two."""
    abandon: AbandonTable | None = None
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    response_format: Literal["text", "json_object"] | SchemaFormat | None = None
    tools: Tools | None = None
    tool_choice: Text | None = None
    """auto, none, required, or the name of the function that has to be called."""
    timeouts: TimeoutsTable = TimeoutsTable()
    retry: Text | None = None
    """A retry policy as --retry takes it."""
    slo: Objectives | None = None
    """What the class is held against, such as "ttft.p95 < 800ms"."""
    goodput: Objectives | None = None
    """What each of its requests has to keep to count as good, such as "ttft < 800ms"."""
    expect: ExpectTable = ExpectTable(non_empty=True)

    @property
    def share(self) -> float:
        """Its part among the sessions that are begun, in units that all classes have in common."""
        return self.weight if self.rate is None else self.rate

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if sum(getattr(self, source) is not None for source in SOURCES) != 1:
            raise ValueError(f"needs exactly one of {', '.join(map(repr, SOURCES[:-1]))} and {SOURCES[-1]!r}")
        if self.think_time_s[0] > self.think_time_s[1]:
            raise ValueError("think_time_s must be [shortest, longest]")
        for key, other in (("turns", "prompt_tokens"), ("shared_prefixes", "shared_prefix_tokens")):
            if getattr(self, key) is not None and getattr(self, other) is None:
                raise ValueError(f"'{key}' goes with '{other}'")
        for key, other in (("weight", "rate"), ("max_tokens", "output_tokens")):
            if {key, other} <= self.model_fields_set:
                raise ValueError(f"has both '{key}' and '{other}'; one of them is enough")
        if self.abandon is not None and self.abandon.after_tokens is not None and not self.stream:
            raise ValueError("'abandon.after_tokens' goes with stream = true: an unstreamed answer comes as a whole")
        return self

    @model_validator(mode="after")
    def _tools_named(self) -> Self:
        names = [tool.function.name for tool in self.tools or ()]
        if self.tool_choice is not None and self.tool_choice not in (*CHOICES, *names):
            raise ValueError(f"tool_choice should be {', '.join(CHOICES)} or a tool's name, not {self.tool_choice!r}")
        if self.tool_choice is not None and not names:
            raise ValueError("'tool_choice' goes with 'tools'")
        for table in (self.expect, *(scenario.expect for scenario in self.scenario or ())):
            if table.tool_call is not None and table.tool_call not in names:
                raise ValueError(f"expect.tool_call is {table.tool_call!r}, which is none of the tools")
            if table.echo_nonce and self.repeat is not None:
                raise ValueError("'expect.echo_nonce' makes every question another one, 'repeat' needs them alike")
        return self


class WorkloadFile(Envelope):
    """A workload: pools of details, and classes that use them."""

    description: str = ""
    run: RunTable = RunTable()
    pools: dict[str, PoolTable] = {}
    class_: Annotated[list[ClassTable], Field(alias="class", min_length=1)]

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [table.name for table in self.class_]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two classes are named {name!r}")
        return self

    @model_validator(mode="after")
    def _all_rates_or_none(self) -> Self:
        without = [table.name for table in self.class_ if table.rate is None]
        if without and len(without) < len(self.class_):
            raise ValueError(f"either every class has a rate or none has; {without[0]!r} has none")
        return self
