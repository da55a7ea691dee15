"""Arrivals: the intended times of a plan of rates, the same sequence for a seed whoever asks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Final, Literal

from .named import name_and_settings, settings_of
from .plan import Plan

Kind = Literal["constant", "poisson", "gamma"]

_FORM: Final = "write constant, poisson or gamma:burstiness=0.5"


@dataclass(frozen=True, slots=True)
class Arrivals:
    """How regular arrivals are: their gaps, measured in mean gaps, are

        constant    1
        poisson     exponential
        gamma       Gamma(shape = burstiness, scale = 1 / burstiness), as vLLM's `--burstiness` has it

    with a coefficient of variation of 0, 1 and 1 / sqrt(burstiness).
    """

    kind: Kind = "poisson"
    burstiness: float = 1.0

    def times(self, plan: Plan, seed: int) -> Iterator[float]:
        """The times of a plan's arrivals in seconds from its begin; as endless as the plan."""
        return plan.times(self._areas(Random(f"{seed}/arrivals")))

    def _areas(self, rng: Random) -> Iterator[float]:
        """Arrivals at rate 1, as if they had been going on for ever.

        The first gap is what is left of one that covers the begin, so that every stretch of time has as many arrivals
        on average as it is long: a covering gap is drawn in proportion to its length, which of Gamma(k) makes
        Gamma(k + 1), and the begin falls anywhere in it (Cox, Renewal Theory, 5.4). Of constant ones it is the middle.
        """
        shape = self.burstiness
        if self.kind == "constant":
            area = 0.5
            while True:
                yield area
                area += 1.0
        area = rng.random() * rng.gammavariate(shape + 1, 1 / shape)
        while True:
            yield area
            area += rng.gammavariate(shape, 1 / shape)

    def __str__(self) -> str:
        return f"gamma:burstiness={self.burstiness:g}" if self.kind == "gamma" else self.kind


POISSON: Final = Arrivals()
_KINDS: Final[Mapping[str, Arrivals]] = {
    "constant": Arrivals("constant"),
    "poisson": POISSON,
    "gamma": Arrivals("gamma", 0.5),
}


def arrivals_of(text: str) -> Arrivals:
    """The arrivals of a text: "poisson", "gamma:burstiness=0.5". Raises ValueError with what would be right."""
    name, rest = name_and_settings(text)
    kind = _KINDS.get(name)
    if kind is None:
        raise ValueError(f"{name!r} is no kind of arrivals; {_FORM}")
    given = settings_of(rest, name, {"burstiness": _burstiness} if name == "gamma" else {})
    return Arrivals(kind.kind, given.get("burstiness", kind.burstiness))


def _burstiness(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.01 <= value <= 1000:
        raise ValueError(f"{text!r} is no burstiness; write 0.01 (bursts) to 1000 (even); 1 is poisson")
    return value
