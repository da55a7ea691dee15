"""What starting the command does before and after its modules are there."""

import os
import subprocess
import sys
from pathlib import Path

PATIENCE_S = 60

_PLUGIN = "raise ImportError('somebody looked for me')\n"  # pydantic warns of it, and goes on
_READ_NOTHING_BUT_THE_BODY = """
import mockserver.cli
from mockserver.request.base import Fields

def below(kind):
    return [kind, *(each for part in kind.__subclasses__() for each in below(part))]

print(*(kind.__name__ for kind in below(Fields) if kind.__pydantic_complete__))
"""


def _said(*arguments: str, path: str = "") -> str:
    """What a new interpreter says, with something more on its path."""
    env = {**os.environ, "PYTHONPATH": path}
    done = subprocess.run(
        [sys.executable, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=env,
        text=True,
        timeout=PATIENCE_S,
        check=True,
    )
    return done.stdout


def test_the_command_looks_for_no_plugins_of_libraries(tmp_path: Path) -> None:
    (tmp_path / "loud.py").write_text(_PLUGIN)
    about = tmp_path / "loud-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: loud\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[pydantic]\nloud = loud\n")
    using = "import pydantic; pydantic.TypeAdapter(int)"
    assert "somebody looked for me" in _said("-c", using, path=str(tmp_path))
    assert "somebody looked for me" not in _said("-m", "mockserver", "profiles", "show", "hosted", path=str(tmp_path))


def test_requests_are_read_by_one_validator_that_is_there_from_the_start() -> None:
    assert _said("-c", _READ_NOTHING_BUT_THE_BODY).split() == ["ChatFields"]
