"""Planned hang-ups: a user who has had enough."""

import math
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class HangUp:
    """When to close the connection on purpose, the earlier of the two; an answer that is over by then is whole.

    `after_s`: seconds after the attempt began, once the request is sent. `after_events`: with the read that brings the
    so-manieth piece of a stream's content.
    """

    after_s: float = math.inf
    after_events: float = math.inf


NEVER: Final = HangUp()
