"""What a request offers an answer to call: `tools` and `tool_choice`, or the legacy `functions` and `function_call`."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

Kind = Literal["function", "custom"]


class Grammar(msgspec.Struct, frozen=True):
    """The form that the input of a custom tool has to have."""

    syntax: Literal["lark", "regex"]
    definition: str


class Tool(msgspec.Struct, frozen=True):
    """Something that can be called.

    `parameters` is the JSON Schema of a function's arguments, None when it takes none; `grammar` the form of a custom
    tool's input, None when that is free text.
    """

    name: str
    description: str = ""
    parameters: Mapping[str, Any] | None = None
    kind: Kind = "function"
    grammar: Grammar | None = None


class Offer(msgspec.Struct, frozen=True):
    """The tools that may be called (those that `allowed_tools` leaves, in the order of the request), and how.

    `required`: at least one call has to be made. `named`: exactly the only one of `tools` has to be called, because the
    request names it. `parallel`: more than one call may be made. `legacy`: the offer came as `functions`.
    """

    tools: tuple[Tool, ...]
    required: bool = False
    named: bool = False
    parallel: bool = True
    legacy: bool = False
