"""Planned hang-ups: a user who has had enough."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HangUp:
    """When to close the connection on purpose, the earlier of the two.

    `after_s`: seconds after the attempt began, once it is connected. `after_events`: with the read that brings the
    so-manieth piece of a stream's content.
    """

    after_s: float | None = None
    after_events: int | None = None
