"""When things are said: draws, profiles, and the cadence of one reply. Pure; chance is an argument."""

from .cadence import Cadence
from .engine import Engine, EngineFigures
from .load_picture import asked, load_pictures
from .picture import pictures
from .profile import LatencyProfile
from .seating import SeatedCadence
from .stated import stated

__all__ = [
    "Cadence",
    "Engine",
    "EngineFigures",
    "LatencyProfile",
    "SeatedCadence",
    "asked",
    "load_pictures",
    "pictures",
    "stated",
]
