"""Loading tokenizers before anybody waits for a heartbeat.

It takes a third of a second of undivided work each, a few seconds on a starved machine, and Locust's master takes a
worker for lost that is silent for four to five. So workers load all there are before they connect: which one the run
needs is not known before.
"""

from collections.abc import Sequence

from profiles.encodings import NAMES, encoding

_WORKERS = frozenset({"--worker", "--processes"})


def load_before_connecting(arguments: Sequence[str]) -> bool:
    """Load all tokenizers if a process with these arguments is a worker, or forks some; whether it did."""
    working = any(argument.partition("=")[0] in _WORKERS for argument in arguments)
    if working:
        for name in NAMES:
            encoding(name)
    return working
