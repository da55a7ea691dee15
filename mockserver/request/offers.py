"""The tools of a request, and how they may be called."""

from typing import Annotated, Any, Literal

from pydantic import Field, Tag

from .base import OBJECT, TEXT, Fields, Name, chosen_by, one_of, tagged


class FunctionFields(Fields):
    """A function: `parameters` is a JSON Schema."""

    name: Name
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None


class FunctionTool(Fields):
    """A function that can be called."""

    type: Literal["function"]
    function: FunctionFields


class GrammarFields(Fields):
    """The grammar of a custom tool's input."""

    definition: str
    syntax: Literal["lark", "regex"]


class TextFormat(Fields):
    """A custom tool that takes any text."""

    type: Literal["text"]


class GrammarFormat(Fields):
    """A custom tool that takes what a grammar allows."""

    type: Literal["grammar"]
    grammar: GrammarFields


class CustomFields(Fields):
    """A custom tool."""

    name: Name
    description: str | None = None
    format: (
        Annotated[
            Annotated[TextFormat, tagged("text")] | Annotated[GrammarFormat, tagged("grammar")],
            chosen_by("type", "format_kind"),
        ]
        | None
    ) = None


class CustomTool(Fields):
    """A custom tool that can be called."""

    type: Literal["custom"]
    custom: CustomFields


AnyTool = Annotated[
    Annotated[FunctionTool, tagged("function")] | Annotated[CustomTool, tagged("custom")],
    chosen_by("type", "tool_kind"),
]


class Named(Fields):
    """A tool by its name."""

    name: str


class NamedFunction(Fields):
    """The choice of a function."""

    type: Literal["function"]
    function: Named


class NamedCustom(Fields):
    """The choice of a custom tool."""

    type: Literal["custom"]
    custom: Named


class Allowed(Fields):
    """Which of the tools may be called."""

    mode: Literal["auto", "required"]
    tools: list[dict[str, Any]]


class AllowedTools(Fields):
    """The choice of some of the tools."""

    type: Literal["allowed_tools"]
    allowed_tools: Allowed


AnyChoice = Annotated[
    Annotated[NamedFunction, tagged("function")]
    | Annotated[NamedCustom, tagged("custom")]
    | Annotated[AllowedTools, tagged("allowed_tools")],
    chosen_by("type", "choice_kind"),
]
ToolChoice = Annotated[
    Annotated[Literal["none", "auto", "required"], Tag(TEXT)] | Annotated[AnyChoice, Tag(OBJECT)],
    one_of("choice_type"),
]
FunctionChoice = Annotated[
    Annotated[Literal["none", "auto"], Tag(TEXT)] | Annotated[Named, Tag(OBJECT)], one_of("choice_type")
]
Tools = Annotated[list[AnyTool], Field(min_length=1, max_length=128)]
Functions = Annotated[list[FunctionFields], Field(min_length=1, max_length=128)]
