"""What the limiter refuses."""

from typing import Final, Literal

from .refusal import Headers, Refusal, gateway_body

Dimension = Literal["rpm", "rpd", "tpm", "tpd"]

_DIMENSIONS: Final[dict[Dimension, tuple[str, str]]] = {
    "rpm": ("requests", "requests per min (RPM)"),
    "rpd": ("requests", "requests per day (RPD)"),
    "tpm": ("tokens", "tokens per min (TPM)"),
    "tpd": ("tokens", "tokens per day (TPD)"),
}
_MORE: Final = "Visit https://platform.openai.com/account/rate-limits to learn more."


def rate_limited(
    model: str,
    owner: str,
    dimension: Dimension,
    *,
    limit: int,
    used: int,
    requested: int,
    wait: str,
    hint: str = "",
    headers: Headers = (),
) -> Refusal:
    """429: a bucket that cannot pay for the request now. `wait` is how long until it can, as a Go duration.

    `owner` is "organization org-..." or "project proj_... organization org-...".
    """
    type_, name = _DIMENSIONS[dimension]
    message = (
        f"Rate limit reached for {model} in {owner} on {name}: "
        f"Limit {limit}, Used {used}, Requested {requested}. Please try again in {wait}. {_MORE}"
    )
    return _limiter(_with(message, hint), type_, headers)


def request_too_large(
    model: str, owner: str, dimension: Dimension, *, limit: int, requested: int, hint: str = ""
) -> Refusal:
    """429: a request that the full bucket could not pay for."""
    type_, name = _DIMENSIONS[dimension]
    message = (
        f"Request too large for {model} in {owner} on {name}: "
        f"Limit {limit}, Requested {requested}. The input or output tokens must be reduced in order to run "
        f"successfully. {_MORE}"
    )
    return _limiter(_with(message, hint), type_, final=True)


def too_many_open(model: str, owner: str, *, limit: int, used: int) -> Refusal:
    """429: more requests open at once than are allowed; nobody knows for how long. No real text is known."""
    message = (
        f"Rate limit reached for {model} in {owner} on concurrent requests: "
        f"Limit {limit}, Used {used}, Requested 1. Please try again later. {_MORE}"
    )
    return _limiter(message, "requests")


def insufficient_quota() -> Refusal:
    """429: a budget that is used up. Waiting does not help."""
    return _limiter(
        "You exceeded your current quota, please check your plan and billing details. For more information on this "
        "error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.",
        "insufficient_quota",
        code="insufficient_quota",
        final=True,
    )


def _with(message: str, hint: str) -> str:
    return f"{message} {hint}" if hint else message


def _limiter(
    message: str, type_: str, headers: Headers = (), *, code: str = "rate_limit_exceeded", final: bool = False
) -> Refusal:
    body = gateway_body(message, type_, None, code)
    return Refusal(429, body, "application/json", "limiter", headers, code, final)
