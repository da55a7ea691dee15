"""The error that goes with a status when nothing is known but the status."""

from http import HTTPStatus

from .failures import (
    bad_gateway,
    bad_gateway_html,
    edge_failure,
    gateway_timeout,
    overloaded,
    server_error,
    unknown_error_page,
)
from .gateway import incorrect_key, unknown_model, unsupported_region
from .limiter import rate_limited
from .refusal import Refusal, application


def of_status(status: int, *, request_id: str, model: str, whose: str = "", page: bool = False) -> Refusal:
    """The real body of a status where one is known, by whoever sends it; else the application's envelope.

    `page`: as the edge answers a browser, where a page is known.
    """
    match status:
        case 401:
            return incorrect_key("sk-no-longer-valid")
        case 403:
            return unsupported_region()
        case 404:
            return unknown_model(model)
        case 429:
            return rate_limited(model, whose, "rpm", limit=500, used=500, requested=1, wait="120ms")
        case 500:
            return server_error(request_id)
        case 502:
            return bad_gateway_html() if page else bad_gateway()
        case 503:
            return overloaded()
        case 504:
            return gateway_timeout()
        case 520:
            return unknown_error_page()
    if status > HTTPStatus.INTERNAL_SERVER_ERROR:
        return edge_failure(status)
    reason = HTTPStatus(status).phrase if status in list(HTTPStatus) else "Error"
    return application(f"{reason}.", status=status)
