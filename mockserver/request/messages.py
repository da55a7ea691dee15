"""The messages of a request, by role."""

from typing import Annotated, Final, Literal

from pydantic import Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from .base import LIST, TEXT, Fields, chosen_by, one_of, tagged

ROLES: Final = ("system", "assistant", "user", "function", "tool", "developer")
_MOST_CALLS: Final = 128


class TextPart(Fields):
    """A part of text."""

    type: Literal["text"]
    text: str


class RefusalPart(Fields):
    """A refusal that an assistant gave before."""

    type: Literal["refusal"]
    refusal: str


class ImageUrl(Fields):
    """Where an image is, or the image itself as a data URL."""

    url: str
    detail: Literal["auto", "low", "high"] | None = None


class ImagePart(Fields):
    """An image."""

    type: Literal["image_url"]
    image_url: ImageUrl


class InputAudio(Fields):
    """A recording, as base64."""

    data: str
    format: Literal["wav", "mp3"]


class AudioPart(Fields):
    """A recording."""

    type: Literal["input_audio"]
    input_audio: InputAudio


class FileSource(Fields):
    """A file that was uploaded before, or its name and contents as a data URL."""

    file_id: str | None = None
    filename: str | None = None
    file_data: str | None = None


class FilePart(Fields):
    """A file."""

    type: Literal["file"]
    file: FileSource


AnyPart = Annotated[
    Annotated[TextPart, tagged("text")]
    | Annotated[ImagePart, tagged("image_url")]
    | Annotated[AudioPart, tagged("input_audio")]
    | Annotated[FilePart, tagged("file")]
    | Annotated[RefusalPart, tagged("refusal")],
    chosen_by("type", "part_kind"),
]
Content = Annotated[
    Annotated[str, Tag(TEXT)] | Annotated[Annotated[list[AnyPart], Field(min_length=1)], Tag(LIST)],
    one_of("content_type"),
]


class _Message(Fields):
    name: str | None = None


class Spoken(_Message):
    """What the system, a developer or the user says."""

    role: Literal["system", "developer", "user"]
    content: Content


class FunctionCall(Fields):
    """The call of a function: its arguments are a string, JSON or not."""

    name: str
    arguments: str


class CustomCall(Fields):
    """The call of a custom tool."""

    name: str
    input: str


class FunctionToolCall(Fields):
    """A tool call of an assistant: of a function."""

    id: str
    type: Literal["function"]
    function: FunctionCall


class CustomToolCall(Fields):
    """A tool call of an assistant: of a custom tool."""

    id: str
    type: Literal["custom"]
    custom: CustomCall


AnyToolCall = Annotated[
    Annotated[FunctionToolCall, tagged("function")] | Annotated[CustomToolCall, tagged("custom")],
    chosen_by("type", "call_kind"),
]


class EarlierAudio(Fields):
    """Audio that an assistant said before."""

    id: str


class Assistant(_Message):
    """What an assistant said or called. It says nothing only when it called something."""

    role: Literal["assistant"]
    content: Content | None = None
    refusal: str | None = None
    audio: EarlierAudio | None = None
    tool_calls: Annotated[list[AnyToolCall], Field(max_length=_MOST_CALLS)] | None = None
    function_call: FunctionCall | None = None

    @model_validator(mode="after")
    def _says_or_calls(self) -> "Assistant":
        said = self.content is not None or self.refusal is not None or self.audio is not None
        if not said and self.tool_calls is None and self.function_call is None:
            raise PydanticCustomError("null_content" if "content" in self.model_fields_set else "missing_content", "-")
        return self


class ToolResult(_Message):
    """What came of a call."""

    role: Literal["tool"]
    content: Content
    tool_call_id: str


class FunctionResult(_Message):
    """What came of the call of a legacy function."""

    role: Literal["function"]
    content: str | None
    name: str


AnyMessage = Annotated[
    Annotated[Spoken, tagged("system")]
    | Annotated[Spoken, tagged("developer")]
    | Annotated[Spoken, tagged("user")]
    | Annotated[Assistant, tagged("assistant")]
    | Annotated[ToolResult, tagged("tool")]
    | Annotated[FunctionResult, tagged("function")],
    chosen_by("role", "role"),
]
