"""Changes to what is simulated while it runs: read and checked as a whole before anything changes."""

from dataclasses import replace

import orjson

from profiles.errors import ProfileError
from profiles.schema import Envelope, LimitsFile, validated

from ..limits import LimitsPolicy
from ..simulation import Current

_BODY = "PATCH /_mock/state"
_OWN = "custom"
"""What limits are called that came in a request."""


class StateChange(Envelope):
    """The body of a PATCH; what is not there stays."""

    limits: str | LimitsFile | None = None
    """A limits profile by name or path, "off", or what such a file holds. Keys with limits of their own keep them."""


def changed(current: Current, content: bytes) -> Current:
    """What is simulated after a change. Raises ProfileError when there is anything wrong with it."""
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError:
        body = None
    if not isinstance(body, dict):
        raise ProfileError(_BODY, "", 'the body has to be a JSON object, such as {"limits": "tier2"}')
    change = validated(StateChange, _BODY, body)
    match change.limits:
        case None:
            return current
        case LimitsFile():
            return replace(current, limits=LimitsPolicy.of(_OWN, change.limits))
        case name_or_path:
            return replace(current, limits=LimitsPolicy.from_file(name_or_path))
