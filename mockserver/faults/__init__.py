"""What can go wrong with an answer: one fault a file, and the rules that say how often each strikes."""

from .base import Fault, Layer
from .none import NO_FAULT
from .rules import FaultRules

__all__ = ["NO_FAULT", "Fault", "FaultRules", "Layer"]
