"""The exit codes, and which of them a run has earned."""

from enum import IntEnum

from ..measure.summary import Summary


class Exit(IntEnum):
    """The exit codes of the commands."""

    DONE = 0
    BROKEN = 1
    USAGE = 2
    INVALID = 3
    INTERRUPTED = 130


def exit_of(summary: Summary) -> Exit:
    """What a run has come to.

    A run that is not valid proves nothing, so nothing is held or broken in it. An SLO that is broken stays so whatever
    others cannot be judged; where none is, one that cannot be judged is no pass.
    """
    if not summary.valid:
        return Exit.INVALID
    held = {result.held for result in summary.slo}
    if summary.aborted is not None or False in held:
        return Exit.BROKEN
    return Exit.INVALID if None in held else Exit.DONE


def worst(before: int | None, summary: Summary) -> int | None:
    """The exit code of a process that had `before` and has made this run too.

    Where it was held against nothing, and not aborted, it is not ours to say.
    """
    return max(before or 0, exit_of(summary)) if summary.slo or summary.aborted else before
