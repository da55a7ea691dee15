"""How long an attempt may take, part by part."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Limits in seconds.

    `connect_s`: name lookup, connecting and TLS together. `first_token_s`: from the request being written to the first
    content of a stream (an unstreamed answer says nothing before it is whole, so only the total holds it). `idle_s`:
    between two reads, once the first byte is there. `total_s`: the whole attempt.
    """

    connect_s: float = 10.0
    first_token_s: float = 60.0
    idle_s: float = 60.0
    total_s: float = 600.0

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be more than 0 seconds")
