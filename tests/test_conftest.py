import os
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).with_name("conftest.py")

SKIPPED_TESTS = """
import pytest

@pytest.fixture
def server():
    pytest.skip("no server")

def test_that_skips():
    pytest.skip("no redis")

@pytest.mark.skip(reason="no chromium")
def test_that_is_marked(): ...

def test_whose_fixture_skips(server): ...

@pytest.mark.xfail
def test_that_is_expected_to_fail():
    assert False

def test_that_runs(): ...
"""
SKIPPED_FILE = "import pytest\npytest.skip('no node', allow_module_level=True)\n"


def closing_lines(folder: Path, require_all: str, *more: str) -> tuple[int, str]:
    """Exit code and output of a run of the tests above under this suite's conftest."""
    (folder / "conftest.py").write_text(CONFTEST.read_text())
    (folder / "test_skipped.py").write_text(SKIPPED_TESTS)
    (folder / "test_skipped_file.py").write_text(SKIPPED_FILE)
    options = ["-p", "no:locust", "-p", "no:cacheprovider", "--continue-on-collection-errors"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *more, str(folder)],
        env={**os.environ, "REQUIRE_ALL": require_all},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("processes", ["--numprocesses=0", "--numprocesses=2"])
def test_a_skip_is_a_failure_that_tells_its_reason_when_everything_is_required(tmp_path: Path, processes: str) -> None:
    code, output = closing_lines(tmp_path, "1", processes)
    assert code != 0
    assert "1 failed, 1 passed, 1 xfailed, 3 errors in" in output.splitlines()[-1]
    assert "REQUIRE_ALL=1 allows no skip, but test_skipped.py::test_that_skips: Skipped: no redis" in output
    assert all(f"Skipped: {reason}" in output for reason in ("no server", "no redis", "no chromium", "no node"))


def test_a_skip_is_a_skip_otherwise(tmp_path: Path) -> None:
    code, output = closing_lines(tmp_path, require_all="")
    assert code == 0
    assert "1 passed, 4 skipped, 1 xfailed in" in output.splitlines()[-1]
