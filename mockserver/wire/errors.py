"""Every error the API answers with: one function an entry of the catalogue, the bytes exactly as the real ones.

Who refuses decides how the body is laid out and which headers travel with it:

    edge         the proxy in front: bodies and headers of its own, no x-request-id
    gateway      JSON, key, model: four spaces and a newline, `<`, `>` and `&` escaped; no openai-* headers
    limiter      the gateway's body under the application's headers
    application  fields and failures: two spaces, no newline; openai-* and rate-limit headers
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Layer = Literal["edge", "gateway", "limiter", "application"]
Dimension = Literal["requests", "tokens"]
Headers = tuple[tuple[str, str], ...]

_INVALID = "invalid_request_error"
_GATEWAY_JSON = "application/json; charset=utf-8"
_GO_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})
_SHOWN_WHOLE = 12


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that is an error: complete, rendered, generated from nothing."""

    status: int
    body: bytes
    content_type: str
    layer: Layer
    headers: Headers = ()


def _envelope(message: str, type_: str, param: str | None, code: str | None, indent: int) -> str:
    error = {"message": message, "type": type_, "param": param, "code": code}
    return json.dumps({"error": error}, indent=indent, ensure_ascii=False)


def _gateway(status: int, message: str, *, param: str | None = None, code: str | None = None) -> Refusal:
    body = _gateway_body(message, _INVALID, param, code)
    return Refusal(status, body, _GATEWAY_JSON, "gateway", (("vary", "Origin"),))


def _gateway_body(message: str, type_: str, param: str | None, code: str | None) -> bytes:
    text = _envelope(message, type_, param, code, indent=4).translate(_GO_ESCAPES)
    return _utf8(text + "\n")


def _application(
    message: str, param: str | None = None, code: str | None = None, *, status: int = 400, type_: str = _INVALID
) -> Refusal:
    body = _utf8(_envelope(message, type_, param, code, indent=2))
    return Refusal(status, body, "application/json", "application")


def _utf8(text: str) -> bytes:
    """UTF-8, with what JSON escapes smuggled in as half a surrogate pair written as "?"."""
    return text.encode("utf-8", errors="replace")


# --- gateway -------------------------------------------------------------------------------------------------------


def missing_key() -> Refusal:
    """401: no Authorization header, or nothing in it."""
    return _gateway(
        401,
        "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth "
        "(i.e. Authorization: Bearer YOUR_KEY), or as the password field (with blank username) if you're accessing "
        "the API from your browser and are prompted for a username and password. You can obtain an API key from "
        "https://platform.openai.com/account/api-keys.",
    )


def incorrect_key(key: str) -> Refusal:
    """401: a key that is not accepted, echoed with its middle starred out (short ones whole, as the API does)."""
    shown = key if len(key) <= _SHOWN_WHOLE else f"{key[:8]}{'*' * (len(key) - _SHOWN_WHOLE)}{key[-4:]}"
    return _gateway(
        401,
        f"Incorrect API key provided: {shown}. You can find your API key at "
        "https://platform.openai.com/account/api-keys.",
        code="invalid_api_key",
    )


def not_json() -> Refusal:
    """400: a body that is not a JSON object."""
    return _gateway(
        400,
        "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library "
        "correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON. If you have trouble "
        "figuring out how to fix this, please contact us through our help center at help.openai.com.)",
    )


def missing_model() -> Refusal:
    """400: no model named."""
    return _gateway(400, "you must provide a model parameter")


def unknown_model(name: str) -> Refusal:
    """404: a model that does not exist (for this key)."""
    return _gateway(404, f"The model `{name}` does not exist or you do not have access to it.", code="model_not_found")


def invalid_url(method: str, path: str) -> Refusal:
    """404: no such path."""
    return _gateway(404, f"Invalid URL ({method} {path})")


def wrong_method(method: str, path: str) -> Refusal:
    """405: a path that exists, asked in the wrong way."""
    return _gateway(405, f"Not allowed to {method} on {path} (HINT: Perhaps you meant to use a different HTTP method?)")


def malformed_http() -> Refusal:
    """400: bytes that are not an HTTP request."""
    return _gateway(400, "Your request could not be parsed as HTTP.")


# --- limiter -------------------------------------------------------------------------------------------------------

_DIMENSIONS = {"requests": "requests per min (RPM)", "tokens": "tokens per min (TPM)"}
_MORE = "Visit https://platform.openai.com/account/rate-limits to learn more."


def rate_limited(
    model: str,
    organization: str,
    dimension: Dimension,
    *,
    limit: int,
    used: int,
    requested: int,
    wait: str,
    headers: Headers = (),
) -> Refusal:
    """429: a bucket that cannot pay for the request now. `wait` is how long until it can, as a Go duration."""
    message = (
        f"Rate limit reached for {model} in organization {organization} on {_DIMENSIONS[dimension]}: "
        f"Limit {limit}, Used {used}, Requested {requested}. Please try again in {wait}. {_MORE}"
    )
    return _limiter(message, dimension, headers)


def request_too_large(
    model: str,
    organization: str,
    dimension: Dimension,
    *,
    limit: int,
    requested: int,
    headers: Headers = (),
) -> Refusal:
    """429: a request that the full bucket could not pay for."""
    message = (
        f"Request too large for {model} in organization {organization} on {_DIMENSIONS[dimension]}: "
        f"Limit {limit}, Requested {requested}. The input or output tokens must be reduced in order to run "
        f"successfully. {_MORE}"
    )
    return _limiter(message, dimension, headers)


def _limiter(message: str, type_: str, headers: Headers) -> Refusal:
    body = _gateway_body(message, type_, None, "rate_limit_exceeded")
    return Refusal(429, body, "application/json", "limiter", headers)


# --- application: fields -------------------------------------------------------------------------------------------


def missing_parameter(path: str) -> Refusal:
    """400: a required field is not there."""
    return _application(f"Missing required parameter: '{path}'.", path, "missing_required_parameter")


def empty_array(path: str, minimum: int = 1) -> Refusal:
    """400: an array that must not be empty."""
    return _application(
        f"Invalid '{path}': empty array. Expected an array with minimum length {minimum}, "
        "but got an empty array instead.",
        path,
        "empty_array",
    )


def array_too_long(path: str, maximum: int, length: int) -> Refusal:
    """400: an array with too many items."""
    return _application(
        f"Invalid '{path}': array too long. Expected an array with maximum length {maximum}, "
        f"but got an array with length {length} instead.",
        path,
        "array_above_max_length",
    )


def wrong_type(path: str, expected: str, got: str) -> Refusal:
    """400: a value of another JSON type; both come with their article ("a string", "an array")."""
    return _application(f"Invalid type for '{path}': expected {expected}, but got {got} instead.", path, "invalid_type")


def null_content(index: int) -> Refusal:
    """400: a message whose content is null and must not be."""
    return _application("Invalid value for 'content': expected a string, got null.", f"messages.[{index}].content")


def out_of_range(
    path: str, kind: Literal["integer", "decimal"], side: Literal["above", "below"], bound: str, got: str
) -> Refusal:
    """400: a number beyond its bound."""
    edge, sign = ("maximum", "<=") if side == "above" else ("minimum", ">=")
    return _application(
        f"Invalid '{path}': {kind} {side} {edge} value. Expected a value {sign} {bound}, but got {got} instead.",
        path,
        f"{kind}_{side}_{edge[:3]}_value",
    )


def bad_enum(path: str, value: str, supported: Sequence[str]) -> Refusal:
    """400: a string that is none of the supported ones."""
    quoted = [f"'{name}'" for name in supported]
    listed = f"{', '.join(quoted[:-1])}, and {quoted[-1]}" if len(quoted) > 2 else " and ".join(quoted)
    return _application(f"Invalid value: '{value}'. Supported values are: {listed}.", path, "invalid_value")


def bad_content_part(index: int) -> Refusal:
    """400: a content part of a kind that this endpoint does not read."""
    path = f"messages[{index}]"
    return _application(
        f"Invalid '{path}'. Content blocks are expected to be either text or image_url type.", path, "invalid_value"
    )


def unsupported_value(path: str, value: str) -> Refusal:
    """400: a value that the API knows but this model does not take."""
    return _application(
        f"Unsupported value: '{path}' does not support {value} with this model.", path, "unsupported_value"
    )


def too_many_output_tokens(path: str, maximum: int, got: int) -> Refusal:
    """400: a longer answer asked for than the model can give."""
    return _application(
        f"{path} is too large: {got}. This model supports at most {maximum} completion tokens, "
        f"whereas you provided {got}.",
        path,
        "invalid_value",
    )


def context_length_exceeded(maximum: int, prompt_tokens: int) -> Refusal:
    """400: a prompt that does not fit the model."""
    return _application(
        f"This model's maximum context length is {maximum} tokens. However, your messages resulted in {prompt_tokens} "
        "tokens. Please reduce the length of the messages.",
        "messages",
        "context_length_exceeded",
    )


def json_not_mentioned() -> Refusal:
    """400: JSON mode without the word "json" anywhere in the messages."""
    return _application(
        "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
        "messages",
    )


# --- failures ------------------------------------------------------------------------------------------------------


def server_error(request_id: str) -> Refusal:
    """500: the application failed."""
    return _application(
        "The server had an error processing your request. Sorry about that! You can retry your request, or contact us "
        "through our help center at help.openai.com if you keep seeing this error. "
        f"(Please include the request ID {request_id} in your email.)",
        status=500,
        type_="server_error",
    )


def overloaded() -> Refusal:
    """503: no engine is free."""
    return _application("The engine is currently overloaded, please try again later", status=503, type_="server_error")


_EDGE_HEADERS: Headers = (
    ("x-frame-options", "SAMEORIGIN"),
    ("referrer-policy", "same-origin"),
    (
        "cache-control",
        "private, max-age=0, no-store, no-cache, must-revalidate, post-check=0, pre-check=0",
    ),
    ("expires", "Thu, 01 Jan 1970 00:00:01 GMT"),
)


def bad_gateway() -> Refusal:
    """502, as the edge answers a client that accepts JSON: compact, and the code is a number."""
    return _edge_json(502, "Bad gateway.", "cf_bad_gateway")


def gateway_timeout() -> Refusal:
    """504, in the form of the edge's 502 (no recording of the real body is known)."""
    return _edge_json(504, "Gateway time-out.", "cf_gateway_timeout")


def _edge_json(status: int, message: str, type_: str) -> Refusal:
    error = {"code": status, "message": message, "param": None, "type": type_}
    body = json.dumps({"error": error}, separators=(",", ":")).encode()
    return Refusal(status, body, "application/json", "edge", _EDGE_HEADERS)


def bad_gateway_html() -> Refusal:
    """502, as the edge answers a browser: its minimal page."""
    page = (
        "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>"
        "\r\n<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n"
    )
    return Refusal(502, page.encode(), "text/html", "edge", _EDGE_HEADERS)
