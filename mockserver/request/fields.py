"""The fields of a chat completion request, as the application validates them: types, ranges, nullability."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints, Tag

from .base import LIST, TEXT, Count, Fields, Name, chosen_by, one_of, tagged
from .messages import AnyMessage, TextPart
from .offers import FunctionChoice, Functions, ToolChoice, Tools

Stop = Annotated[
    Annotated[str, Tag(TEXT)] | Annotated[Annotated[list[str], Field(max_length=4)], Tag(LIST)], one_of("stop_type")
]
Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]


class StreamOptions(Fields):
    """What a stream holds beside the text."""

    include_usage: bool | None = None
    include_obfuscation: bool | None = None


class PlainFormat(Fields):
    """Text of any form, or any JSON object."""

    type: Literal["text", "json_object"]


class SchemaFields(Fields):
    """A JSON Schema for the answer."""

    name: Name
    description: str | None = None
    schema_: Annotated[dict[str, Any] | None, Field(alias="schema")] = None
    strict: bool | None = None


class SchemaFormat(Fields):
    """Text that conforms to a JSON Schema."""

    type: Literal["json_schema"]
    json_schema: SchemaFields


ResponseFormat = Annotated[
    Annotated[PlainFormat, tagged("text")]
    | Annotated[PlainFormat, tagged("json_object")]
    | Annotated[SchemaFormat, tagged("json_schema")],
    chosen_by("type", "response_kind"),
]


class AudioOutput(Fields):
    """How an answer is to be spoken."""

    voice: str | dict[str, Any]
    format: Literal["wav", "aac", "mp3", "flac", "opus", "pcm16"]


class Prediction(Fields):
    """What the answer is expected to be."""

    type: Literal["content"]
    content: Annotated[
        Annotated[str, Tag(TEXT)] | Annotated[Annotated[list[TextPart], Field(min_length=1)], Tag(LIST)],
        one_of("content_type"),
    ]


class WebSearch(Fields):
    """How the web is to be searched."""

    user_location: dict[str, Any] | None = None
    search_context_size: Literal["low", "medium", "high"] | None = None


class Moderation(Fields):
    """By which model the answer is to be moderated."""

    model: str
    policy: Any = None


Penalty = Annotated[float, Field(ge=-2, le=2)]
Label = Annotated[str, StringConstraints(max_length=64)]


class ChatFields(Fields):
    """The body of a chat completion request; the gateway has read `model`."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, defer_build=False)

    model: str
    messages: Annotated[list[AnyMessage], Field(min_length=1)]
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    n: Annotated[int, Field(ge=1, le=128)] | None = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    stop: Stop | None = None
    max_completion_tokens: Count | None = None
    max_tokens: Count | None = None
    presence_penalty: Penalty | None = None
    frequency_penalty: Penalty | None = None
    logit_bias: dict[str, Annotated[float, Field(ge=-100, le=100)]] | None = None
    logprobs: bool | None = None
    top_logprobs: Annotated[int, Field(ge=0, le=20)] | None = None
    response_format: ResponseFormat | None = None
    seed: Annotated[int, Field(ge=-(2**63), le=2**63 - 1)] | None = None
    tools: Tools | None = None
    tool_choice: ToolChoice | None = None
    parallel_tool_calls: bool | None = None
    functions: Functions | None = None
    function_call: FunctionChoice | None = None
    user: str | None = None
    safety_identifier: Label | None = None
    prompt_cache_key: str | None = None
    prompt_cache_retention: Literal["in_memory", "24h"] | None = None
    prompt_cache_options: dict[str, Any] | None = None
    service_tier: Literal["auto", "default", "flex", "scale", "priority", "fast"] | None = None
    reasoning_effort: Effort | None = None
    verbosity: Literal["low", "medium", "high"] | None = None
    modalities: list[Literal["text", "audio"]] | None = None
    audio: AudioOutput | None = None
    prediction: Prediction | None = None
    store: bool | None = None
    metadata: Annotated[dict[Label, Annotated[str, StringConstraints(max_length=512)]], Field(max_length=16)] | None = (
        None
    )
    moderation: Moderation | None = None
    web_search_options: WebSearch | None = None
