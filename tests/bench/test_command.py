"""`python -m tests.bench`: the registry, the command, and the page that holds its last results."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.bench.report import markdown
from tests.bench.suite import SUITE

ROOT = Path(__file__).parents[2]
IN_PROCESS = ("limiter", "journal", "events", "concluding", "histogram", "folding")


def bench(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "tests.bench", *arguments], cwd=ROOT, capture_output=True, timeout=60)


def test_a_small_run_measures_every_row_it_was_asked_for() -> None:
    done = bench("--quick", "--json", *(f"--only={name}" for name in IN_PROCESS))
    assert done.returncode == 0, done.stderr.decode()
    told: dict[str, Any] = orjson.loads(done.stdout)
    asked = [(one.name, row) for one in SUITE if one.name in IN_PROCESS for row in one.rows]
    assert sorted((row["benchmark"], row["name"]) for row in told["rows"]) == sorted((b, row.name) for b, row in asked)
    assert all(row["figure"] > 0 and len(row["repetitions"]) == 1 for row in told["rows"])
    assert all((row["ratio"] is None) == (row["reference"] is None) for row in told["rows"])
    assert {row["verdict"] for row in told["rows"]} <= {None, "unjudged"}
    assert told["machine"]["cores"] >= 1
    assert b"limiter: " in done.stderr


def test_json_goes_to_a_file_too(tmp_path: Path) -> None:
    done = bench("--quick", "--only=histogram", f"--json={tmp_path / 'rows.json'}")
    assert orjson.loads((tmp_path / "rows.json").read_bytes())["rows"][0]["benchmark"] == "histogram"
    assert done.stdout.startswith(b"20")
    assert b"histogram: " in done.stdout


def test_the_list_names_every_row() -> None:
    said = bench("--list").stdout.decode()
    assert all(f"  {row.name}" in said for one in SUITE for row in one.rows)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--only", "nothing"), "no benchmark 'nothing'; there are server-events, "),
        (("--markdown", "page.md", "--quick"), "--markdown writes what was measured in full"),
        (("--repeats", "0"), "--repeats: at least 1"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(arguments: tuple[str, ...], said: str) -> None:
    done = bench(*arguments)
    assert done.returncode == 2
    assert said in done.stderr.decode().splitlines()[-1]


def test_benchmarks_and_rows_have_names_of_their_own() -> None:
    for names in ([one.name for one in SUITE], [row.name for one in SUITE for row in one.rows]):
        assert len(set(names)) == len(names)


def test_the_page_shows_the_rows_and_methods_of_the_suite_and_no_others() -> None:
    page = (ROOT / "docs/performance.md").read_text()
    table = page.partition(markdown.BEGIN)[2].partition(markdown.END)[0]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if line[:2] == "| "]
    shown = [(name, goal, reference.partition(":")[0]) for name, _, goal, _, reference, *_ in cells[1:]]
    assert shown == [markdown.declared(row) for one in SUITE for row in one.rows]
    assert re.findall(r"^\* .*$", table, re.MULTILINE) == [markdown.method(one) for one in SUITE]
