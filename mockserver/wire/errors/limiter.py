"""What the limiter refuses."""

from typing import Final, Literal

from .refusal import Headers, Refusal, gateway_body

Dimension = Literal["requests", "tokens"]

_DIMENSIONS: Final = {"requests": "requests per min (RPM)", "tokens": "tokens per min (TPM)"}
_MORE: Final = "Visit https://platform.openai.com/account/rate-limits to learn more."


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
    body = gateway_body(message, type_, None, "rate_limit_exceeded")
    return Refusal(429, body, "application/json", "limiter", headers)
