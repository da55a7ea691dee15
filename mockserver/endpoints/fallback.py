"""What is no endpoint: paths that do not exist, and methods that a path does not take."""

from ..wire.errors import invalid_url, wrong_method
from .call import Call


async def unknown_path(call: Call) -> None:
    """404."""
    await call.refuse(invalid_url(call.envelope.method, call.envelope.path))


async def other_method(call: Call) -> None:
    """405."""
    await call.refuse(wrong_method(call.envelope.method, call.envelope.path))
