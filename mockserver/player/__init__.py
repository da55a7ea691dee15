"""The only code that waits and sends: plays answers at their deadlines."""

from .breaking import BrokenOffError
from .chunk_times import ChunkTimes
from .disturbed import BrokenFrames, BrokenOff, DisturbedFrames, LastWords
from .ensemble import EnsemblePlayback, Voice, VoiceTrace
from .handover import body_here, lent, respond
from .performance import Performance, Trace
from .playback import StreamPlayback
from .player import Player
from .seated import SeatedPlayback

__all__ = [
    "BrokenFrames",
    "BrokenOff",
    "BrokenOffError",
    "ChunkTimes",
    "DisturbedFrames",
    "EnsemblePlayback",
    "LastWords",
    "Performance",
    "Player",
    "SeatedPlayback",
    "StreamPlayback",
    "Trace",
    "Voice",
    "VoiceTrace",
    "body_here",
    "lent",
    "respond",
]
