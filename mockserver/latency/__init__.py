"""When things are said: draws, profiles, and the cadence of one reply. Pure; chance is an argument."""

from .cadence import Cadence
from .profile import LatencyProfile

__all__ = ["Cadence", "LatencyProfile"]
