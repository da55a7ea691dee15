"""When a reply is said: one instant per token."""

from array import array
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Cadence:
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

    def scaled(self, factor: float) -> "Cadence":
        """The same rhythm with every instant times `factor` (1/speed gives real seconds)."""
        return Cadence(self.first_byte_s * factor, array("d", [at * factor for at in self.token_s]))

    @property
    def longest_gap_s(self) -> float:
        """The longest time in which nothing is said, the one before the first token included."""
        instants = (0.0, self.first_byte_s, *self.token_s)
        return max(after - before for before, after in pairwise(instants))
