"""The fields of a chat completion request, as the application validates them.

Fields that do not change the answer yet are not looked at. A request that asks for something which would (more than one
choice, a JSON schema) is refused in the API's own form rather than answered with something else.
"""

from typing import Annotated, Any, Final, Literal, get_args

import orjson
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from ..wire import errors
from ..wire.errors import Refusal

_TEXT: Final = "<text>"
_LIST: Final = "<list>"


def _kind(value: Any) -> str | None:
    """Which form of a field that may be a string or an array."""
    return _TEXT if isinstance(value, str) else _LIST if isinstance(value, list) else None


class _Fields(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class Part(_Fields):
    """One part of a message's content; only text is read."""

    type: str
    text: str | None = None

    @model_validator(mode="after")
    def _text_only(self) -> "Part":
        if self.type == "text" and self.text is None:
            raise PydanticCustomError("missing_text", "")
        if self.type != "text":
            raise PydanticCustomError("part_kind", "")
        return self


Content = Annotated[
    Annotated[str, Tag(_TEXT)] | Annotated[Annotated[list[Part], Field(min_length=1)], Tag(_LIST)],
    Discriminator(_kind, custom_error_type="content_type", custom_error_message="-"),
]
Stop = Annotated[
    Annotated[str, Tag(_TEXT)] | Annotated[Annotated[list[str], Field(max_length=4)], Tag(_LIST)],
    Discriminator(_kind, custom_error_type="stop_type", custom_error_message="-"),
]
Role = Literal["system", "assistant", "user", "function", "tool", "developer"]


class ChatMessage(_Fields):
    """One message. Only an assistant may say nothing (it called tools instead)."""

    role: Role
    content: Content | None = None
    name: str | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "ChatMessage":
        if self.content is None and self.role not in ("assistant", "function"):
            given = "content" in self.model_fields_set
            raise PydanticCustomError("null_content" if given else "missing_content", "-")
        return self


class StreamOptions(_Fields):
    """What a stream holds beside the text."""

    include_usage: bool | None = None
    include_obfuscation: bool | None = None


Format = Literal["json_object", "json_schema", "text"]


class ResponseFormat(_Fields):
    """The form of the answer's text."""

    type: Format


class ChatFields(_Fields):
    """The body of a chat completion request."""

    messages: Annotated[list[ChatMessage], Field(min_length=1)]
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    n: Annotated[int, Field(ge=1, le=128)] | None = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    stop: Stop | None = None
    max_completion_tokens: Annotated[int, Field(ge=1)] | None = None
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    presence_penalty: Annotated[float, Field(ge=-2, le=2)] | None = None
    frequency_penalty: Annotated[float, Field(ge=-2, le=2)] | None = None
    response_format: ResponseFormat | None = None
    seed: int | None = None
    user: str | None = None


def read_fields(body: dict[str, Any]) -> ChatFields | Refusal:
    """The fields of a body, or the refusal of the first that is wrong."""
    try:
        return ChatFields.model_validate(body)
    except ValidationError as error:
        return _refusal(error.errors(include_url=False)[0])


_EXPECTED: Final = {
    "string_type": "a string",
    "list_type": "an array",
    "model_type": "an object",
    "dict_type": "an object",
    "bool_type": "a boolean",
    "int_type": "an integer",
    "float_type": "a decimal",
    "content_type": "one of a string or array of objects",
    "stop_type": "one of a string or array of strings",
    "literal_error": "a string",
}
_SUPPORTED: Final = {"role": get_args(Role), "type": get_args(Format)}
_JSON_TYPES: Final = {
    bool: "a boolean",
    int: "an integer",
    float: "a decimal",
    str: "a string",
    list: "an array",
    dict: "an object",
    type(None): "null",
}


def _refusal(error: ErrorDetails) -> Refusal:
    path = _path(error["loc"])
    context = error.get("ctx", {})
    match error["type"]:
        case "missing":
            return errors.missing_parameter(path)
        case "missing_content" | "missing_text":
            return errors.missing_parameter(f"{path}.{error['type'].removeprefix('missing_')}")
        case "null_content":
            return errors.null_content(int(error["loc"][1]))
        case "part_kind":
            return errors.bad_content_part(int(error["loc"][1]))
        case "too_short":
            return errors.empty_array(path, context["min_length"])
        case "too_long":
            return errors.array_too_long(path, context["max_length"], len(error["input"]))
        case "greater_than_equal":
            return _out_of_range(path, "below", context["ge"], error["input"])
        case "less_than_equal":
            return _out_of_range(path, "above", context["le"], error["input"])
        case "literal_error" if isinstance(error["input"], str):
            return errors.bad_enum(path, error["input"], _SUPPORTED[str(error["loc"][-1])])
        case kind:
            return errors.wrong_type(path, _EXPECTED.get(kind, "another value"), _JSON_TYPES[type(error["input"])])


def _out_of_range(path: str, side: Literal["above", "below"], bound: float, got: Any) -> Refusal:
    kind: Literal["integer", "decimal"] = "integer" if isinstance(bound, int) else "decimal"
    return errors.out_of_range(path, kind, side, f"{bound:g}", orjson.dumps(got).decode())


def _path(location: tuple[int | str, ...]) -> str:
    """The path of a value as the API writes it: `messages[1].content[0].type`."""
    path = ""
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        elif part not in (_TEXT, _LIST):
            path += f".{part}" if path else part
    return path
