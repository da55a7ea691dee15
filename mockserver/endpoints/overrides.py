"""What a request may change for itself, by headers that the real API ignores."""

from typing import Final, get_args

from ..question import Ending
from ..wire.errors import Refusal, bad_enum
from .call import Call

_REPLY: Final = b"x-mock-reply"
_ENDINGS: Final[dict[str, Ending]] = {ending: ending for ending in get_args(Ending)}


def ending_of(call: Call) -> Ending | Refusal | None:
    """How the answer is to end, by the header `x-mock-reply`; None: as it comes, or overrides are not allowed."""
    if not call.simulation.settings.allow_overrides:
        return None
    for name, value in call.scope["headers"]:
        if name == _REPLY:
            wanted = value.decode("latin-1").strip()
            return _ENDINGS.get(wanted) or bad_enum(_REPLY.decode(), wanted, tuple(_ENDINGS))
    return None
