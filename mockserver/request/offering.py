"""From `tools` and `tool_choice`, or `functions` and `function_call`, to what is offered."""

from collections.abc import Iterator
from typing import Any

from ..reply.schema import schema_fault
from ..reply.tools import Grammar, Offer, Tool
from ..wire import errors
from .faults import Fault, Path, written
from .fields import ChatFields
from .offers import (
    AllowedTools,
    CustomTool,
    FunctionFields,
    FunctionTool,
    GrammarFormat,
    Named,
    NamedCustom,
    NamedFunction,
)


def offer_of(fields: ChatFields) -> Offer | None:
    """What an answer may call; None when nothing."""
    if fields.tools:
        return _of_tools(fields)
    return _of_functions(fields) if fields.functions else None


def offer_faults(fields: ChatFields) -> Iterator[Fault]:
    """Choices of what is not there."""
    names = {_name(tool) for tool in fields.tools or ()}
    choice = fields.tool_choice
    if isinstance(choice, NamedFunction | NamedCustom):
        name = _named(choice)
        if name not in names:
            yield ("tool_choice",), errors.unknown_choice("tool_choice", name, "tools")
    elif isinstance(choice, AllowedTools):
        for name in _allowed(choice):
            if name not in names:
                yield ("tool_choice",), errors.unknown_choice("tool_choice", name, "tools")
    for index, tool in enumerate(fields.tools or ()):
        if isinstance(tool, FunctionTool):
            yield from _schema_faults(tool.function, ("tools", index, "function", "parameters"))
    for index, function in enumerate(fields.functions or ()):
        yield from _schema_faults(function, ("functions", index, "parameters"))
    if isinstance(fields.function_call, Named):
        name = fields.function_call.name
        if name not in {function.name for function in fields.functions or ()}:
            yield ("function_call",), errors.unknown_choice("function_call", name, "functions")


def _schema_faults(function: FunctionFields, path: Path) -> Iterator[Fault]:
    if function.parameters:
        fault = schema_fault(function.parameters, strict=function.strict is True)
        if fault is not None:
            yield path, errors.invalid_schema("function", function.name, fault, written(path))


def _of_tools(fields: ChatFields) -> Offer | None:
    tools = tuple(_tool(tool) for tool in fields.tools or ())
    choice = fields.tool_choice
    parallel = fields.parallel_tool_calls is not False
    if choice == "none":
        return None
    if isinstance(choice, NamedFunction | NamedCustom):
        chosen = tuple(tool for tool in tools if tool.name == _named(choice))[:1]
        return Offer(chosen, required=True, named=True, parallel=False)
    if isinstance(choice, AllowedTools):
        allowed = frozenset(_allowed(choice))
        left = tuple(tool for tool in tools if tool.name in allowed)
        return Offer(left, required=choice.allowed_tools.mode == "required", parallel=parallel) if left else None
    return Offer(tools, required=choice == "required", parallel=parallel)


def _of_functions(fields: ChatFields) -> Offer | None:
    tools = tuple(_function(function) for function in fields.functions or ())
    choice = fields.function_call
    if choice == "none":
        return None
    if isinstance(choice, Named):
        chosen = tuple(tool for tool in tools if tool.name == choice.name)[:1]
        return Offer(chosen, required=True, named=True, parallel=False, legacy=True)
    return Offer(tools, parallel=False, legacy=True)


def _tool(tool: FunctionTool | CustomTool) -> Tool:
    if isinstance(tool, FunctionTool):
        return _function(tool.function)
    wanted = tool.custom.format
    grammar = Grammar(wanted.grammar.syntax, wanted.grammar.definition) if isinstance(wanted, GrammarFormat) else None
    return Tool(tool.custom.name, tool.custom.description or "", kind="custom", grammar=grammar)


def _function(function: FunctionFields) -> Tool:
    return Tool(function.name, function.description or "", function.parameters)


def _name(tool: FunctionTool | CustomTool) -> str:
    return tool.function.name if isinstance(tool, FunctionTool) else tool.custom.name


def _named(choice: NamedFunction | NamedCustom) -> str:
    return choice.function.name if isinstance(choice, NamedFunction) else choice.custom.name


def _allowed(choice: AllowedTools) -> Iterator[str]:
    """The names in the list of an `allowed_tools` choice."""
    for entry in choice.allowed_tools.tools:
        what: Any = entry.get("function") or entry.get("custom") or {}
        name = what.get("name") if isinstance(what, dict) else None
        yield name if isinstance(name, str) else ""
