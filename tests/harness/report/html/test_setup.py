"""How a run is made again."""

import pytest

from harness.report.html.setup import setup


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        (["harness", "run", "mixed", "--users", "5"], "harness run mixed --users 5"),
        (["harness", "run", "mixed", "--out", "runs/a", "--users", "5"], "harness run mixed --users 5"),
        (["harness", "run", "mixed", "--out=runs/a", "--rate", "0-60s: 1->20"], "harness run mixed --rate &#x27;"),
    ],
)
def test_the_command_does_not_name_the_folder_that_is_full(command: list[str], shown: str) -> None:
    page = str(setup({"command": command}))
    assert shown.replace("&#x27;", "") in page.replace("&#x27;", "").replace("&#39;", "")
    assert "runs/a" not in page
