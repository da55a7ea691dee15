from pathlib import Path

import pytest

from harness.run.complaints import complaint
from harness.run.course import Seen
from harness.run.supervise import Ending

LOG = """[2026-11-27 09:00:00] INFO starting
usage: locust [options]
locust: error: unrecognized arguments: --nonsense
"""


@pytest.mark.parametrize(
    ("log", "exit_code", "said"),
    [
        (LOG, 2, "unrecognized arguments: --nonsense"),
        (LOG, 0, ""),
        (LOG, -9, ""),
        ("[2026-11-27 09:00:00] ERROR harness: --out: cannot be written", 2, ""),
    ],
)
def test_the_reason_is_in_locusts_log(log: str, exit_code: int, said: str, tmp_path: Path) -> None:
    path = tmp_path / "locust.log"
    path.write_text(log)
    assert complaint(path, Ending(children=[Seen("load", 5, exit_code)])) == said
