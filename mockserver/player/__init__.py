"""The only code that waits and sends: plays answers at their deadlines."""

from .ensemble import EnsemblePlayback, Voice, VoiceTrace
from .handover import arrived
from .performance import Performance, Trace
from .playback import StreamPlayback
from .player import Player

__all__ = ["EnsemblePlayback", "Performance", "Player", "StreamPlayback", "Trace", "Voice", "VoiceTrace", "arrived"]
