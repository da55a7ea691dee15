"""Goodput: the requests that were complete and kept their latency objectives, each by itself.

    share = requests complete and within all objectives / requests that could succeed or fail
    rate  = the same requests / second

Source: Zhong et al., "DistServe", OSDI 2024, whose goodput is the rate of requests that keep both their TTFT and their
TPOT objective.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from .measured import Measures


@dataclass(frozen=True, slots=True)
class Objective:
    """What every request has to keep: a figure of it ("ttft_ms") at most, or below, a limit in ms.

    `class_` is the class that it is about, None for all. An answer that has no such figure (an unstreamed one has no
    first token) cannot break it. `text` is what was written.
    """

    figure: str
    limit_ms: float
    below: bool = False
    class_: str | None = None
    text: str = ""

    def keeps(self, value_ms: float) -> bool:
        """Whether a request with this value keeps it."""
        return value_ms < self.limit_ms if self.below else value_ms <= self.limit_ms


class Objectives:
    """All that requests have to keep; false where there is nothing."""

    def __init__(self, each: Iterable[Objective] = ()) -> None:
        self.each = tuple(each)
        self._of_class: dict[str, Mapping[str, tuple[Objective, ...]]] = {}

    def __bool__(self) -> bool:
        return bool(self.each)

    def kept(self, class_: str, values: Measures) -> bool:
        """Whether a complete request of that class, with these figures, kept all of them."""
        asked = self._of_class.get(class_)
        if asked is None:
            asked = self._of_class[class_] = self._sorted(class_)
        return all(
            objective.keeps(value.ms)
            for figure, objectives in asked.items()
            if (value := getattr(values, figure)) is not None
            for objective in objectives
        )

    def _sorted(self, class_: str) -> Mapping[str, tuple[Objective, ...]]:
        """Those of a class, by figure."""
        mine = [objective for objective in self.each if objective.class_ in (None, class_)]
        figures = dict.fromkeys(objective.figure for objective in mine)
        return {figure: tuple(one for one in mine if one.figure == figure) for figure in figures}


NO_OBJECTIVES: Final = Objectives()


@dataclass(frozen=True, slots=True)
class Goodput:
    """How many of `n` requests that could succeed or fail were complete and kept the objectives.

    `ci` is Wilson's 95 % interval of the share; `per_s` is over the section's window. None where there is nothing to
    divide by.
    """

    n: int
    kept: int
    share: float | None
    ci: tuple[float, float] | None
    per_s: float | None
