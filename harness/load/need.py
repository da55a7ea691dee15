"""How many users an open load would have needed."""

from collections.abc import Iterable


def users_needed(stays: Iterable[tuple[float, float]]) -> int:
    """The most stays at once, each (begin, length): as many users would have found every arrival one that is free.

    Little's law without averages: an arrival needs a user from when it was due for as long as it took. That it would
    have taken as long with more users is assumed; a server may become slower with them.
    """
    changes = [change for begin, length in stays for change in ((begin, 1), (begin + length, -1))]
    most = at_once = 0
    for _, change in sorted(changes):
        at_once += change
        most = max(most, at_once)
    return most
