"""What a run is held against: the SLOs of its flags and of its workload."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from profiles import ProfileError

from ..gate.scope import Names
from ..gate.slo import Slo, parse
from ..load.demand import ByTrace
from ..workload import Workload
from .crew import Crew
from .demand import demand_of
from .settings import RunSettings, SettingError

FLAG = "--slo"


@dataclass(frozen=True, slots=True)
class Gates:
    """The SLOs that flags gave."""

    slos: tuple[Slo, ...] = ()

    @classmethod
    def of(cls, slos: Iterable[str]) -> Self:
        """What --slo says. Raises SettingError."""
        return cls(tuple(_parsed(text, FLAG) for text in slos))

    def check(self, names: Names, workload: Workload | None) -> None:
        """Raise SettingError or ProfileError for an SLO about a part that the run does not have."""
        for slo in self.slos:
            check_scope(slo, names)
        for slo in () if workload is None else workload.slos:
            try:
                names.check(slo.scope)
            except ValueError as error:
                raise ProfileError(workload.name if workload else "", "run.slo", str(error)) from None

    def facts(self, workload: Workload | None) -> Iterator[tuple[str, Any]]:
        """What run.json says of them, where there are any: the workload's first."""
        texts = [slo.text for slo in (*(() if workload is None else workload.slos), *self.slos)]
        if texts:
            yield "slo", texts


def check_scope(slo: Slo, names: Names) -> None:
    """Raise SettingError for an SLO of a flag about a part that the run does not have."""
    try:
        names.check(slo.scope)
    except ValueError as error:
        raise SettingError(FLAG, f"{slo.text!r}: {error}") from None


def slos_of(run: Mapping[str, Any]) -> tuple[Slo, ...]:
    """The SLOs of a run by what its run.json says. Raises SettingError."""
    return tuple(_parsed(text, "RUN") for text in run.get("slo", ()))


def names_ahead(settings: RunSettings, workload: Workload | None, crew: Crew | None) -> Names:
    """The parts that a run of these settings will have, as far as that is known; without a crew labels are not."""
    demand = demand_of(settings) if settings.trace is None else None
    stages = () if demand is None or isinstance(demand, ByTrace) else demand.plan.stages
    return Names(
        names={
            "class": [] if workload is None else [table.name for table in workload.classes],
            "stage": [stage.name for stage in stages if stage.name is not None],
            "label": [] if crew is None else [f"{name}={value}" for name, value in crew.labels.items()],
        },
        open_ended=(
            *(("class",) if workload is None else ()),
            *(("label",) if crew is None or crew.awaited else ()),
        ),
    )


def _parsed(text: str, flag: str) -> Slo:
    try:
        return parse(text)
    except ValueError as error:
        raise SettingError(flag, str(error)) from None
