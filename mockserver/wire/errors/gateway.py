"""What the gateway refuses: a request without a key, without JSON, for a model or path that is not there."""

from typing import Final

import orjson

from .refusal import GATEWAY_JSON, VARIES, Refusal, gateway

_SHOWN_WHOLE: Final = 12
_CLOSE: Final = (("connection", "close"),)


def missing_key() -> Refusal:
    """401: no Authorization header, or nothing in it."""
    return gateway(
        401,
        "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth "
        "(i.e. Authorization: Bearer YOUR_KEY), or as the password field (with blank username) if you're accessing "
        "the API from your browser and are prompted for a username and password. You can obtain an API key from "
        "https://platform.openai.com/account/api-keys.",
    )


def incorrect_key(key: str) -> Refusal:
    """401: a key that is not accepted, echoed with its middle starred out (short ones whole, as the API does)."""
    shown = key if len(key) <= _SHOWN_WHOLE else f"{key[:8]}{'*' * (len(key) - _SHOWN_WHOLE)}{key[-4:]}"
    return gateway(
        401,
        f"Incorrect API key provided: {shown}. You can find your API key at "
        "https://platform.openai.com/account/api-keys.",
        code="invalid_api_key",
    )


def missing_scopes() -> Refusal:
    """401: a key that is restricted to other things."""
    return gateway(
        401,
        "You have insufficient permissions for this operation. Missing scopes: model.request. Check that you have the "
        "correct role in your organization (Reader, Writer, Owner) and project (Member, Owner), and if you're using a "
        "restricted API key, that it has the necessary scopes.",
    )


def unsupported_region() -> Refusal:
    """403: a caller from where the API is not offered. The one error whose keys stand in another order."""
    fields = {
        "code": "unsupported_country_region_territory",
        "message": "Country, region, or territory not supported",
        "param": None,
        "type": "request_forbidden",
    }
    body = orjson.dumps({"error": fields}, option=orjson.OPT_INDENT_2).decode().replace("  ", "    ") + "\n"
    return Refusal(403, body.encode(), GATEWAY_JSON, "gateway", VARIES)


def not_json() -> Refusal:
    """400: a body that is not a JSON object."""
    return gateway(
        400,
        "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library "
        "correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON. If you have trouble "
        "figuring out how to fix this, please contact us through our help center at help.openai.com.)",
    )


def missing_model() -> Refusal:
    """400: no model named."""
    return gateway(400, "you must provide a model parameter")


def unknown_model(name: str) -> Refusal:
    """404: a model that does not exist (for this key)."""
    return gateway(404, f"The model `{name}` does not exist or you do not have access to it.", code="model_not_found")


def retired_model(name: str) -> Refusal:
    """404: a model that is not served any more."""
    return gateway(
        404,
        f"The model `{name}` has been deprecated, learn more here: https://platform.openai.com/docs/deprecations",
        code="model_not_found",
    )


def invalid_url(method: str, path: str) -> Refusal:
    """404: no such path."""
    return gateway(404, f"Invalid URL ({method} {path})")


def wrong_method(method: str, path: str, allowed: str) -> Refusal:
    """405: a path that exists, asked in the wrong way; `allowed` are the methods that it takes."""
    return gateway(
        405,
        f"Not allowed to {method} on {path} (HINT: Perhaps you meant to use a different HTTP method?)",
        headers=(("allow", allowed),),
    )


def body_too_large(maximum: int) -> Refusal:
    """413: a body that is longer than allowed. The connection ends with it: the rest is not read."""
    return gateway(413, f"The request body is larger than {maximum} bytes.", headers=_CLOSE)


def body_too_slow() -> Refusal:
    """408: a body that did not arrive in time."""
    return gateway(408, "The request body did not arrive in time.", headers=_CLOSE)


def head_too_large(maximum: int) -> Refusal:
    """431: headers that are longer than allowed."""
    return gateway(431, f"The request headers are larger than {maximum} bytes.")


def malformed_http() -> Refusal:
    """400: bytes that are not an HTTP request."""
    return gateway(400, "Your request could not be parsed as HTTP.")
