"""When a reply is said: one instant per token."""

from array import array
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cadence:
    """Instants in seconds after the last byte of the request arrived, on the simulated scale.

    `first_byte_s` is when headers and role chunk leave, `token_s[i]` when token i does; they never decrease.
    """

    first_byte_s: float
    token_s: "array[float]"

    @property
    def done_s(self) -> float:
        """When the last token leaves; the first byte when there is none."""
        return self.token_s[-1] if self.token_s else self.first_byte_s

    def scaled(self, factor: float) -> "Cadence":
        """The same rhythm with every instant times `factor` (1/speed gives real seconds)."""
        return Cadence(self.first_byte_s * factor, array("d", [at * factor for at in self.token_s]))
