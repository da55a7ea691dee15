"""Which faults strike a request: the rules of a faults profile, whom they are about, and the draw."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from random import Random
from typing import Final, Self

import msgspec

from profiles.errors import ProfileError
from profiles.files import locate, read_toml
from profiles.schema.faults import FaultsFile, MatchTable, RuleTable
from profiles.schema.reading import validated

from ..chance import Draws
from .base import Fault
from .kinds import KINDS
from .not_ready import NotReadyFault
from .outages import Outages
from .script import Phase, Place, Script

OFF: Final = "off"
_EVERYBODY: Final = MatchTable()
_NO_SCRIPT: Final = Script(())


class Seen(msgspec.Struct, frozen=True):
    """What rules look at in a request; `headers` as ASGI has them, `elapsed_s` since the start, simulated."""

    model: str | None
    key: str | None
    route: str
    stream: bool
    headers: Sequence[tuple[bytes, bytes]]
    texts: Sequence[str]
    elapsed_s: float


@dataclass(slots=True)
class Count:
    """How many requests a rule was about, how many it struck, and how many more it will in a row."""

    met: int = 0
    struck: int = 0
    in_a_row: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """A fault, whom it may strike, and how often. Its counts depend on the order of arrival, by their nature."""

    fault: Fault
    probability: tuple[float, float] = (1.0, 1.0)
    every: int | None = None
    first: int | None = None
    at_most: int | None = None
    from_s: float = 0.0
    until_s: float | None = None
    match: MatchTable = _EVERYBODY
    burst: int = 1
    phase: int | None = None
    outages: Outages | None = None
    count: Count = field(default_factory=Count, compare=False)

    def strikes(self, seen: Seen, number: float, place: Place | None) -> bool:
        """Whether the fault strikes; `number` is uniform in [0, 1), `place` where the script is."""
        if self.phase is not None and (place is None or place.number != self.phase):
            return False
        if self.outages is not None and not self.outages.down(seen.elapsed_s):
            return False
        if seen.elapsed_s < self.from_s or (self.until_s is not None and seen.elapsed_s >= self.until_s):
            return False
        if not matches(self.match, seen):
            return False
        count = self.count
        count.met += 1
        if self.every is not None and count.met % self.every:
            return False
        if self.first is not None and count.met > self.first:
            return False
        if self.at_most is not None and count.struck >= self.at_most:
            return False
        if count.in_a_row:
            count.in_a_row -= 1
        elif number < self._chance(place):
            count.in_a_row = self.burst - 1
        else:
            return False
        count.struck += 1
        return True

    @property
    def left(self) -> int | None:
        """How often it can still strike; None where that is not bounded."""
        return None if self.at_most is None else max(0, self.at_most - self.count.struck)

    def _chance(self, place: Place | None) -> float:
        first, last = self.probability
        return first if place is None else first + (last - first) * place.progress


def matches(match: MatchTable, seen: Seen) -> bool:
    """Whether a request is one that a rule is about."""
    return (
        (match.model is None or fnmatchcase(seen.model or "", match.model))
        and (match.key is None or seen.key == match.key)
        and (match.route is None or fnmatchcase(seen.route, match.route))
        and (match.stream is None or seen.stream is match.stream)
        and (match.header is None or _has(seen.headers, match.header))
        and (match.prompt is None or any(match.prompt.casefold() in text.casefold() for text in seen.texts))
    )


def _has(headers: Sequence[tuple[bytes, bytes]], wanted: str) -> bool:
    name, colon, value = wanted.partition(":")
    found = [content for each, content in headers if each.decode("latin-1") == name.strip().lower()]
    return any(content.decode("latin-1").strip() == value.strip() for content in found) if colon else bool(found)


class FaultRules(msgspec.Struct, frozen=True):
    """Rules in the order in which they are tried, and the script whose phases some of them belong to."""

    name: str
    rules: tuple[Rule, ...] = ()
    script: Script = _NO_SCRIPT

    @classmethod
    def off(cls) -> Self:
        """No faults at all."""
        return cls(OFF)

    @classmethod
    def from_file(cls, name_or_path: str, seed: int = 0) -> Self:
        """The rules of a shipped profile or a file; the word "off" is no file but no faults. `seed` is that of outages.

        Raises ProfileError when the file cannot be used.
        """
        if name_or_path == OFF:
            return cls.off()
        path = locate("faults", name_or_path)
        return cls.of(path.stem, name_or_path, validated(FaultsFile, name_or_path, read_toml(path)), seed)

    @classmethod
    def of(cls, name: str, source: str, file: FaultsFile, seed: int = 0) -> Self:
        """The rules that a file, or what has its form, describes; errors name `source`."""
        rules = [rule_of(source, f"rule.{i}", table, seed) for i, table in enumerate(file.rule)]
        for number, phase in enumerate(file.phase):
            for i, table in enumerate(phase.rule):
                rules.append(rule_of(source, f"phase.{number}.rule.{i}", table, seed, number))
        phases = tuple(Phase(phase.name, phase.for_s) for phase in file.phase)
        return cls(name, tuple(rules), Script(phases, None if file.repeat == "forever" else file.repeat))

    def draw(self, seen: Seen, numbers: Draws, place: Place | None = None) -> tuple[Fault, ...]:
        """The faults that strike one request, in the order of the rules, each of which is tried once.

        Every rule takes one number, so that whom another is about does not shift it.
        """
        struck = None
        for rule in self.rules:
            if rule.strikes(seen, numbers.random(), place):
                struck = [rule.fault] if struck is None else [*struck, rule.fault]
        return tuple(struck) if struck else ()

    def describe(self) -> str:
        """For the start line."""
        chances = [_told(rule) for rule in self.rules if rule.phase is None]
        if self.script.phases:
            chances.append(f"{len(self.script.phases)} phases in {self.script.round_s:g} s")
        return f"faults {self.name} ({', '.join(chances)})" if chances else f"faults {self.name}"


def fault_of(source: str, at: str, kind: str, fields: dict[str, object]) -> Fault:
    """The fault of a kind with these fields. Raises ProfileError, about `source`, when there is none such."""
    table = KINDS.get(kind)
    if table is None:
        key = f"{at}.fault" if at else "fault"
        raise ProfileError(source, key, f"no fault of kind {kind!r}; there are: {', '.join(KINDS)}")
    return validated(table, source, fields, at)


def rule_of(source: str, at: str, table: RuleTable, seed: int = 0, phase: int | None = None) -> Rule:
    """The rule of a table, as a rule of a phase or of none; errors name `source` and the place `at` in it."""
    fault = fault_of(source, at, table.fault, table.fields)
    first, last = table.probability if isinstance(table.probability, list) else (table.probability, table.probability)
    if phase is None and first != last:
        raise ProfileError(source, f"{at}.probability", "only changes through a phase; here it should be one number")
    return Rule(
        fault,
        (first, last),
        table.every,
        table.first,
        table.at_most,
        table.from_s,
        fault.for_s if isinstance(fault, NotReadyFault) else table.until_s,
        table.match,
        table.burst,
        phase,
        None if table.outage is None else Outages(table.outage.up_s, table.outage.down_s, Random(f"{seed}/{at}")),
    )


def _told(rule: Rule) -> str:
    """A rule in a few words."""
    first, last = rule.probability
    return f"{first * 100:g} % {rule.fault.kind}" if first == last else f"{rule.fault.kind}"
