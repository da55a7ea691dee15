"""Which fault strikes a request: the rules of a faults profile, and the draw."""

from dataclasses import dataclass
from typing import Final, Self

from profiles.errors import ProfileError
from profiles.files import locate, read_toml
from profiles.schema import FaultsFile, RuleTable, validated

from ..chance import Draws
from .base import Fault
from .none import NO_FAULT
from .status import StatusFault

OFF = "off"

KINDS: Final = {"status": StatusFault}
"""The kinds of fault by the name that a rule's `fault` key has."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A fault and the chance that it strikes."""

    fault: Fault
    probability: float


@dataclass(frozen=True, slots=True)
class FaultRules:
    """Rules in the order in which they are tried."""

    name: str
    rules: tuple[Rule, ...] = ()

    @classmethod
    def off(cls) -> Self:
        """No faults at all."""
        return cls(OFF)

    @classmethod
    def from_file(cls, name_or_path: str) -> Self:
        """The rules of a shipped profile or a file; the word "off" is no file but no faults.

        Raises ProfileError when the file cannot be used.
        """
        if name_or_path == OFF:
            return cls.off()
        path = locate("faults", name_or_path)
        file = validated(FaultsFile, name_or_path, read_toml(path))
        return cls(path.stem, tuple(_rule(name_or_path, f"rule.{i}", table) for i, table in enumerate(file.rule)))

    def draw(self, numbers: Draws) -> Fault:
        """The fault that strikes one request: each rule in turn is tried once, the first that strikes wins."""
        for rule in self.rules:
            if numbers.random() < rule.probability:
                return rule.fault
        return NO_FAULT

    def describe(self) -> str:
        """For the start line."""
        if not self.rules:
            return f"faults {self.name}"
        chances = ", ".join(f"{rule.probability * 100:g} % {rule.fault.kind}" for rule in self.rules)
        return f"faults {self.name} ({chances})"


def _rule(file: str, at: str, table: RuleTable) -> Rule:
    kind = KINDS.get(table.fault)
    if kind is None:
        raise ProfileError(file, f"{at}.fault", f"no fault of kind {table.fault!r}; there are: {', '.join(KINDS)}")
    return Rule(validated(kind, file, table.fields, at), table.probability)
