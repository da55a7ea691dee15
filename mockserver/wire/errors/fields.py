"""What the application refuses for a field's own sake: its type, its range, its form, its absence."""

from collections.abc import Sequence
from typing import Literal

from .refusal import Refusal, application, listed


def missing_parameter(path: str) -> Refusal:
    """400: a required field is not there."""
    return application(f"Missing required parameter: '{path}'.", path, "missing_required_parameter")


def empty_array(path: str, minimum: int = 1) -> Refusal:
    """400: an array that must not be empty."""
    return application(
        f"Invalid '{path}': empty array. Expected an array with minimum length {minimum}, "
        "but got an empty array instead.",
        path,
        "empty_array",
    )


def array_too_long(path: str, maximum: int, length: int) -> Refusal:
    """400: an array with too many items."""
    return application(
        f"Invalid '{path}': array too long. Expected an array with maximum length {maximum}, "
        f"but got an array with length {length} instead.",
        path,
        "array_above_max_length",
    )


def wrong_type(path: str, expected: str, got: str) -> Refusal:
    """400: a value of another JSON type; both come with their article ("a string", "an array")."""
    return application(f"Invalid type for '{path}': expected {expected}, but got {got} instead.", path, "invalid_type")


def null_content(index: int) -> Refusal:
    """400: a message whose content is null and must not be."""
    return application("Invalid value for 'content': expected a string, got null.", f"messages.[{index}].content")


def out_of_range(
    path: str, kind: Literal["integer", "decimal"], side: Literal["above", "below"], bound: str, got: str
) -> Refusal:
    """400: a number beyond its bound."""
    edge, sign = ("maximum", "<=") if side == "above" else ("minimum", ">=")
    return application(
        f"Invalid '{path}': {kind} {side} {edge} value. Expected a value {sign} {bound}, but got {got} instead.",
        path,
        f"{kind}_{side}_{edge[:3]}_value",
    )


def bad_enum(path: str, value: str, supported: Sequence[str]) -> Refusal:
    """400: a string that is none of the supported ones."""
    return application(f"Invalid value: '{value}'. Supported values are: {listed(supported)}.", path, "invalid_value")


def bad_override(why: str) -> Refusal:
    """400: a header of the mock's own that makes no sense. No real API says this."""
    return application(why, code="invalid_mock_header")


def string_too_long(path: str, maximum: int, length: int) -> Refusal:
    """400: a string with too many characters."""
    return application(
        f"Invalid '{path}': string too long. Expected a string with maximum length {maximum}, "
        f"but got a string with length {length} instead.",
        path,
        "string_above_max_length",
    )


def string_too_short(path: str, minimum: int, length: int) -> Refusal:
    """400: a string with too few characters."""
    got = "an empty string" if length == 0 else f"a string with length {length}"
    return application(
        f"Invalid '{path}': {'empty string' if length == 0 else 'string too short'}. Expected a string with minimum "
        f"length {minimum}, but got {got} instead.",
        path,
        "empty_string" if length == 0 else "string_below_min_length",
    )


def pattern_mismatch(path: str, pattern: str) -> Refusal:
    """400: a string of characters that it must not have."""
    return application(
        f"Invalid '{path}': string does not match pattern. Expected a string that matches the pattern '{pattern}'.",
        path,
        "invalid_value",
    )


def too_many_properties(path: str, maximum: int, count: int) -> Refusal:
    """400: an object with too many keys."""
    return application(
        f"Invalid '{path}': too many properties. Expected an object with at most {maximum} properties, "
        f"but got an object with {count} properties instead.",
        path,
        "object_above_max_properties",
    )


def bad_content_part(index: int) -> Refusal:
    """400: a content part of a kind that this endpoint does not read."""
    path = f"messages[{index}]"
    return application(
        f"Invalid '{path}'. Content blocks are expected to be either text or image_url type.", path, "invalid_value"
    )


def unrecognized_arguments(names: Sequence[str]) -> Refusal:
    """400: arguments that are none of this endpoint, or of this model."""
    plural = "s" if len(names) > 1 else ""
    return application(f"Unrecognized request argument{plural} supplied: {', '.join(names)}")


def only_allowed_when(path: str, other: str) -> Refusal:
    """400: a field that means something only with a switch that is off."""
    return application(f"The '{path}' parameter is only allowed when '{other}' is enabled.", path)


def only_with_tools(path: str) -> Refusal:
    """400: how tools are to be called, without tools."""
    return application(
        f"Invalid value for '{path}': '{path}' is only allowed when 'tools' are specified.", path, "invalid_value"
    )


def only_with_functions() -> Refusal:
    """400: which function is to be called, without functions."""
    return application(
        "Invalid value for 'function_call': 'function_call' is only allowed when 'functions' are specified.",
        "function_call",
        "invalid_value",
    )


def unknown_choice(path: str, name: str, among: str) -> Refusal:
    """400: a tool named that is not offered."""
    return application(
        f"Invalid value for '{path}': no function named '{name}' was specified in the '{among}' parameter.",
        path,
        "invalid_value",
    )


def invalid_schema(where: str, name: str, fault: str, path: str) -> Refusal:
    """400: a JSON Schema that cannot be used; `where` is "function" or "response_format"."""
    code = "invalid_function_parameters" if where == "function" else None
    return application(f"Invalid schema for {where} '{name}': {fault}", path, code)
