"""What Locust itself had to say against its flags."""

import re
from pathlib import Path
from typing import Final

from .supervise import Ending

_USAGE: Final = 2
_COMPLAINT: Final = re.compile(r"\S+: error: (.+)")


def complaint(log: Path, ending: Ending) -> str:
    """The error that made Locust end with exit code 2, by its log; "" where it ended otherwise."""
    if not any(child.exit_code == _USAGE for child in ending.children):
        return ""
    said = [found[1] for line in log.read_text(errors="replace").splitlines() if (found := _COMPLAINT.match(line))]
    return said[-1] if said else ""
