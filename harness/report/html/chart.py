"""A chart as data: what the script draws, and what stands around it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from .markup import Content, Markup, el

Values = Sequence[float | None]
Kind = Literal["line", "area", "points"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Values over those of the x axis. `tone` names a colour of the style sheet; `x` is its own for points."""

    name: str
    y: Values
    tone: str
    kind: Kind = "line"
    x: Values | None = None
    dash: bool = False

    def to_dict(self) -> dict[str, Any]:
        """It as JSON values."""
        given = {"name": self.name, "y": self.y, "tone": self.tone, "kind": self.kind}
        return given | ({} if self.x is None else {"x": self.x}) | ({"dash": True} if self.dash else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart. `group`: charts of one group share their x axis and its cursor; `x` is None where the group has it.

    Units are "ms", "s", "/s", "%", "tokens", or "" for plain numbers.
    """

    name: str
    title: str
    unit: str
    x_unit: str
    series: Sequence[Series]
    hint: str
    x: Values | None = None
    group: str | None = None
    stacked: bool = False
    x_log: bool = False
    y_max: float | None = None
    height: int = 170
    options: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """What the script needs, as JSON values."""
        return {
            "name": self.name,
            "unit": self.unit,
            "xUnit": self.x_unit,
            "series": [one.to_dict() for one in self.series],
            "x": self.x,
            "group": self.group,
            "stacked": self.stacked,
            "xLog": self.x_log,
            "yMax": self.y_max,
            "height": self.height,
        }

    def figure(self) -> Markup:
        """Its place in the page, with what is seen in it for those who do not see it."""
        said = f"{self.title}. {self.hint} {self._in_words()} Arrow keys move the cursor."
        return el(
            "figure",
            el("figcaption", el("b", self.title), " ", el("span", self.hint, class_="hint")),
            el("div", "", class_="plot", data_chart=self.name, role="img", tabindex=0, aria_label=said),
            class_="chart",
        )

    def _in_words(self) -> str:
        """The range of each series."""
        ranges: list[Content] = []
        for one in self.series:
            known = [value for value in one.y if value is not None]
            if known and one.kind != "points":
                ranges.append(f"{one.name}: {min(known):.4g} to {max(known):.4g} {self.unit}".strip() + ".")
        return " ".join(map(str, ranges))
