"""When things are said: draws, profiles, and the cadence of one reply. Pure; chance is an argument."""

from .cadence import Cadence
from .picture import pictures
from .profile import LatencyProfile
from .stated import stated

__all__ = ["Cadence", "LatencyProfile", "pictures", "stated"]
