"""The only code that waits and sends: plays answers at their deadlines."""

from .performance import Performance, Trace
from .playback import StreamPlayback
from .player import Player

__all__ = ["Performance", "Player", "StreamPlayback", "Trace"]
