"""What a run is held against: the SLOs and the objectives of its flags and workload, and what ends it early."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self, TypeVar

from profiles import ProfileError

from ..gate.abort import Condition, condition_of
from ..gate.goodput import EXAMPLE, objectives_of
from ..gate.scope import Names, Scope
from ..gate.slo import Slo, parse
from ..load.demand import ByTrace
from ..measure.goodput import Objective, Objectives
from ..workload import Workload
from .crew import Crew
from .demand import demand_of
from .settings import RunSettings, SettingError

T = TypeVar("T")

SLO: Final = "--slo"
ABORT_ON: Final = "--abort-on"
GOODPUT: Final = "--goodput"


@dataclass(frozen=True, slots=True)
class Gates:
    """The SLOs that flags gave, the conditions on which the run is to end early, and what each request has to keep."""

    slos: tuple[Slo, ...] = ()
    abort_on: tuple[Condition, ...] = ()
    goodput: tuple[Objective, ...] = ()

    @classmethod
    def of(cls, slos: Iterable[str], abort_on: Iterable[str] = (), goodput: Iterable[str] = ()) -> Self:
        """What --slo, --abort-on and --goodput say. Raises SettingError."""
        return cls(
            tuple(_parsed(parse, text, SLO) for text in slos),
            tuple(_parsed(condition_of, text, ABORT_ON) for text in abort_on),
            tuple(objective for text in goodput for objective in _parsed(objectives_of, text, GOODPUT)),
        )

    def check(self, names: Names, workload: Workload | None) -> None:
        """Raise SettingError or ProfileError for one about a part that the run does not have."""
        for slo in self.slos:
            check_scope(slo, names)
        for condition in self.abort_on:
            check_scope(condition, names, ABORT_ON)
        for objective in self.goodput:
            check_class(objective, names)
        own = () if workload is None else workload.goodput
        self.check_objectives(any_=bool(own or self.goodput), workload=workload)
        for slo in () if workload is None else workload.slos:
            try:
                names.check(slo.scope)
            except ValueError as error:
                raise ProfileError(workload.name if workload else "", "run.slo", str(error)) from None

    def check_objectives(self, *, any_: bool, workload: Workload | None = None) -> None:
        """Raise SettingError or ProfileError for what is about goodput, unless requests have objectives."""
        if any_:
            return
        why = f"needs to know what each request has to keep; add {GOODPUT} {EXAMPLE}"
        for flag, slos in ((SLO, self.slos), (ABORT_ON, [each.slo for each in self.abort_on if each.slo is not None])):
            if wants := next((slo for slo in slos if slo.needs_objectives), None):
                raise SettingError(flag, f"{wants.text!r} {why}, or the key of that name to the workload")
        for slo in () if workload is None else workload.slos:
            if slo.needs_objectives:
                raise ProfileError(workload.name if workload else "", "run.slo", f"{slo.text!r} {why}, or its key")

    def facts(self, workload: Workload | None) -> Iterator[tuple[str, Any]]:
        """What run.json says of them, where there are any: the workload's first."""
        texts = [slo.text for slo in (*(() if workload is None else workload.slos), *self.slos)]
        if texts:
            yield "slo", texts
        kept = [one.text for one in (*(() if workload is None else workload.goodput), *self.goodput)]
        if kept:
            yield "goodput", kept
        if self.abort_on:
            yield "abort_on", [condition.text for condition in self.abort_on]


def check_scope(given: Slo | Condition, names: Names, flag: str = SLO) -> None:
    """Raise SettingError for what a flag says about a part that the run does not have."""
    try:
        names.check(given.scope)
    except ValueError as error:
        raise SettingError(flag, f"{given.text!r}: {error}") from None


def check_class(objective: Objective, names: Names) -> None:
    """Raise SettingError for an objective of a class that the run does not have."""
    try:
        names.check(None if objective.class_ is None else Scope("class", objective.class_))
    except ValueError as error:
        raise SettingError(GOODPUT, f"{objective.text!r}: {error}") from None


def kept_by(run: Mapping[str, Any]) -> Objectives:
    """What each request of a run has to keep, by what its run.json says. Raises SettingError."""
    return Objectives(each for text in run.get("goodput", ()) for each in _parsed(objectives_of, text, "RUN"))


def kept_in(settings: RunSettings, workload: Workload | None) -> Objectives:
    """What each request of a run that goes on has to keep. Raises SettingError."""
    own = () if workload is None else workload.goodput
    return Objectives((*own, *Gates.of((), (), settings.goodput or ()).goodput))


def slos_of(run: Mapping[str, Any]) -> tuple[Slo, ...]:
    """The SLOs of a run by what its run.json says. Raises SettingError."""
    return tuple(_parsed(parse, text, "RUN") for text in run.get("slo", ()))


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


def _parsed(read: Callable[[str], T], text: str, flag: str) -> T:
    try:
        return read(text)
    except ValueError as error:
        raise SettingError(flag, str(error)) from None
