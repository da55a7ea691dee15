"""When a reply is said: one instant per token."""

from array import array
from itertools import pairwise
from typing import NamedTuple


class Cadence(NamedTuple):
    """Instants in seconds after the last byte of the request arrived, on the simulated scale.

    `first_byte_s` is when headers and role chunk leave, `token_s[i]` when token i does; they never decrease.
    """

    first_byte_s: float
    token_s: "array[float]"

    @property
    def first_s(self) -> float:
        """When the first token leaves; the first byte when there is none."""
        return self.token_s[0] if self.token_s else self.first_byte_s

    @property
    def done_s(self) -> float:
        """When the last token leaves; the first byte when there is none."""
        return self.token_s[-1] if self.token_s else self.first_byte_s

    def led_by(self, lead_s: float) -> "Cadence":
        """The same rhythm with headers and role chunk so much before the first token, never before the request."""
        return Cadence(max(self.first_s - lead_s, 0.0), self.token_s)

    def after(self, hidden: int) -> "Cadence":
        """The rhythm of what is seen when the first `hidden` tokens are not: the first byte waits for them too."""
        if not hidden:
            return self
        seen = self.token_s[hidden:]
        lead_s = self.token_s[0] - self.first_byte_s
        first_s = seen[0] if seen else self.token_s[-1]
        return Cadence(first_s - lead_s, seen)

    def scaled(self, factor: float) -> "Cadence":
        """The same rhythm with every instant times `factor` (1/speed gives real seconds)."""
        return Cadence(self.first_byte_s * factor, array("d", [at * factor for at in self.token_s]))

    @property
    def longest_gap_s(self) -> float:
        """The longest time in which nothing is said, the one before the first token included."""
        instants = (0.0, self.first_byte_s, *self.token_s)
        return max(after - before for before, after in pairwise(instants))
