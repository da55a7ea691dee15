"""What can go wrong with an answer: the faults, and the rules that say whom and how often each strikes."""

from .asked_for import HEADER, asked_for
from .base import Asked, Compose, Fault, Layer
from .kinds import KINDS
from .none import NO_FAULT
from .rules import FaultRules, Rule, Seen, rule_of
from .script import Course, Script, Stay

__all__ = [
    "HEADER",
    "KINDS",
    "NO_FAULT",
    "Asked",
    "Compose",
    "Course",
    "Fault",
    "FaultRules",
    "Layer",
    "Rule",
    "Script",
    "Seen",
    "Stay",
    "asked_for",
    "rule_of",
]
