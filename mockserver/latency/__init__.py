"""When things are said: draws, profiles, and the cadence of one reply. Pure; chance is an argument."""

from .cadence import Cadence
from .engine import Engine, EngineFigures
from .profile import LatencyProfile
from .seating import SeatedCadence

__all__ = [
    "Cadence",
    "Engine",
    "EngineFigures",
    "LatencyProfile",
    "SeatedCadence",
]
