"""README and docs: every command, file and example in them is one that works."""

import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise, takewhile
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml
from rich.text import Text

import harness.cli
import mockserver.cli
from harness.gate.abort import condition_of
from harness.gate.judge import judged
from harness.gate.metrics import ALIASES, FIGURES, METRICS
from harness.gate.slo import parse
from harness.load.fed import Fed
from harness.load.shapes import SHAPES
from harness.measure.distribution import NEEDED
from harness.measure.section import Calls, Section
from harness.measure.summary import fold
from harness.report.reporters import REPORTERS
from harness.report.slo import slo_lines
from harness.run.load_flags import LoadFlags
from harness.run.settings import RunSettings
from harness.workload import Workload
from mockserver.faults import KINDS, FaultRules
from mockserver.latency import LatencyProfile
from mockserver.latency.distributions import KINDS as DISTRIBUTIONS
from mockserver.limits import LimitsPolicy
from profiles.record import OUTCOMES, Record
from profiles.schema import latency
from profiles.schema.amounts import AmountTable
from profiles.schema.asking import TimeoutsTable
from profiles.schema.expect import ExpectTable
from profiles.schema.keys import KeysFile
from profiles.schema.reading import Envelope, validated
from profiles.schema.run import RunTable
from profiles.schema.workload import ClassTable
from tests.harness.gate.attempts import many

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
COMMANDS: dict[str, Any] = {
    "mockserver": typer.main.get_command(mockserver.cli.app),
    "harness": typer.main.get_command(harness.cli.app),
}
PLACEHOLDERS = re.compile(r"\b(URL|RUN|FILE|NAME|PATH)\b")


def code(page: Path) -> Iterator[str]:
    """The lines of a page that are code, fenced or indented."""
    fenced = False
    for line in page.read_text().splitlines():
        if line.startswith("```"):
            fenced = not fenced
        elif fenced or line.startswith("    "):
            yield line.strip()


def command_lines() -> list[Any]:
    """The calls of our own commands, without those that only show the form of one."""
    found = []
    for page in PAGES:
        for line in code(page):
            words = shlex.split(line, comments=True) if "'" not in line else []
            words = list(takewhile(lambda word: word not in (">", ">>"), words))
            program = Path(words[0]).name if words else ""
            if program in COMMANDS and not PLACEHOLDERS.search(line):
                found.append(pytest.param(program, words[1:], id=f"{page.name}: {' '.join(words)}"))
    return found


@pytest.mark.parametrize(("program", "words"), command_lines())
def test_a_command_in_the_docs_is_understood(program: str, words: list[str]) -> None:
    command, context = COMMANDS[program], None
    while True:
        context = command.make_context(command.name, list(words), parent=context)
        if not hasattr(command, "commands") or not words:
            break
        name, command, words = command.resolve_command(context, words)
        assert command is not None, name


def test_the_docs_show_commands_at_all() -> None:
    assert len(command_lines()) >= 8


def test_every_make_target_in_the_docs_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    used = {line.split()[1] for page in PAGES for line in code(page) if line.startswith("make ")}
    assert {"demo", "test"} <= used <= targets


def blocks(page: str, language: str) -> list[str]:
    """The fenced blocks of a language, in order."""
    text = (ROOT / page).read_text()
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_the_profile_files_in_the_docs_can_be_used(tmp_path: Path) -> None:
    keys, latencies = blocks("docs/mockserver.md", "toml")
    rules, script = blocks("docs/faults.md", "toml")
    limits, owned_keys = blocks("docs/limits.md", "toml")
    assert len(validated(KeysFile, "docs", tomllib.loads(keys)).keys) == 2
    assert validated(KeysFile, "docs", tomllib.loads(owned_keys)).keys["sk-team-a"].organization == "acme"
    for name, text in {"latency": latencies, "limits": limits, "rules": rules, "script": script}.items():
        (tmp_path / f"{name}.toml").write_text(text)
    assert LatencyProfile.from_file(str(tmp_path / "latency.toml")).name == "latency"
    assert LimitsPolicy.from_file(str(tmp_path / "limits.toml")).for_pool("gpt-4o") is not None
    assert "stall" in FaultRules.from_file(str(tmp_path / "rules.toml")).describe()
    assert "2 phases in 180 s" in FaultRules.from_file(str(tmp_path / "script.toml")).describe()


def test_the_latency_file_in_the_docs_can_be_used_and_every_key_is_documented(tmp_path: Path) -> None:
    (text,) = blocks("docs/latency.md", "toml")
    (tmp_path / "ours.toml").write_text(text)
    assert "our-model" in LatencyProfile.from_file(str(tmp_path / "ours.toml")).models
    page = (ROOT / "docs/latency.md").read_text()
    tables = [table for table in vars(latency).values() if isinstance(table, type) and issubclass(table, Envelope)]
    keys = {key for table in tables for key in table.model_fields} - {"default", "engine", "models", "slowdown"}
    assert {"ttft_slow", "filter_ms", "every_h"} <= keys
    assert {key for key in keys if f"`{key}`" not in page and f".{key}`" not in page} == set()
    assert all(f"| `{kind}` |" in page for kind in DISTRIBUTIONS)


def test_the_pairs_of_runs_in_the_docs_can_be_made() -> None:
    there = {path.stem for path in (ROOT / "docs/pairs").glob("*.toml")} - {"tight-limits"}
    assert {Workload.load(str(ROOT / f"docs/pairs/{name}.toml"), seed=0).name for name in there} == there
    assert LimitsPolicy.from_file(str(ROOT / "docs/pairs/tight-limits.toml")).describe()
    script, page = (ROOT / "scripts/pairs.py").read_text(), (ROOT / "docs/reading-results.md").read_text()
    assert {name for name in there if f'["{name}"' in script and f"`{name}.toml`" in page} == there


def test_the_workload_in_the_docs_can_be_run(tmp_path: Path) -> None:
    drawn = []
    for block in blocks("docs/workloads.md", "toml"):
        (tmp_path / "docs.toml").write_text(block)
        workload = Workload.load(str(tmp_path / "docs.toml"), seed=0)
        drawn.append({workload.session(index).class_name for index in range(40)})
    assert drawn == [{"billing", "upload-trouble"}, {"rag", "lookup"}]


def test_every_key_of_a_class_and_of_what_it_expects_is_documented() -> None:
    tables = (ClassTable, ExpectTable, TimeoutsTable, AmountTable)
    keys = {key for table in tables for key in table.model_fields}
    page = (ROOT / "docs/workloads.md").read_text()
    assert all(f"`{key}`" in page or f"{key} =" in page for key in (*keys, *RunTable.model_fields))


def test_the_page_on_load_shows_the_picture_that_is_drawn_and_the_shapes_there_are() -> None:
    picture, complaint = blocks("docs/load.md", "text")
    asked = LoadFlags(rate="0-60s: 1->20, 60-120s: 20")
    _, said = asked.settled(RunSettings(host="http://h", workload="basic"), workers=1)
    assert picture.splitlines() == said
    text = (ROOT / "docs" / "load.md").read_text()
    for name, shape in SHAPES.items():
        settings = ", ".join(f"{key}={value}" for key, value in shape.defaults.items())
        assert re.search(rf"^\| `{name}` \|.*\| `{re.escape(settings)}` \|$", text, re.MULTILINE), name
    fed = Fed(users=20, due=240, waited=137, longest_wait_s=11.4, unsent=31, needed=64)
    assert complaint == f"not a valid run: {fed.why_not}\n"


def test_every_metric_of_a_gate_is_documented() -> None:
    page = (ROOT / "docs" / "gates.md").read_text()
    names = {name.partition(".")[0] for name in METRICS} - set(OUTCOMES) | set(ALIASES) | {"complete"}
    assert [name for name in names if f"`{name}" not in page] == []
    assert [figure for figure in FIGURES if f"`.{figure}`" not in page] == []
    assert {"abandoned", "not_sent", "quota_exhausted"} <= {name for name in OUTCOMES if f"`{name}`" in page}


def test_the_page_on_gates_shows_a_verdict_as_it_is_told_and_a_workload_that_can_be_run() -> None:
    (verdict,) = blocks("docs/gates.md", "text")
    summary = fold([*many(100), *many(3, "truncated", first=100)])
    slos = ("complete >= 99.5%", "ttft.p99 < 2s", "ttft.p95 < 800ms")
    lines = slo_lines(replace(summary, slo=judged(map(parse, slos), summary)))
    assert verdict.splitlines() == [Text.from_markup(line).plain for line in lines]
    (table,) = blocks("docs/gates.md", "toml")
    assert len(Workload.parse(table, name="docs").slos) == 5


def test_the_ci_example_is_a_workflow_whose_commands_are_understood() -> None:
    (text,) = blocks("docs/ci.md", "yaml")
    job = yaml.safe_load(text)["jobs"]["rehearsal"]
    runs = "\n".join(step["run"] for step in job["steps"] if "run" in step)
    found = [shlex.split(line.partition(">")[0] if "--slo" not in line else line) for line in runs.splitlines()]
    ours = [(Path(words[0]).name, words[1:]) for words in found if words and Path(words[0]).name in COMMANDS]
    assert [(program, words[0]) for program, words in ours] == [
        ("mockserver", "serve"),
        ("harness", "run"),
        ("harness", "report"),
        ("harness", "report"),
    ]
    for program, words in ours:
        test_a_command_in_the_docs_is_understood(program, words)
        for flag, value in pairwise(words):
            assert flag not in ("--slo", "--abort-on") or condition_of(value)
            assert flag != "--format" or value in REPORTERS


def test_readme_and_docs_show_the_same_locust_file() -> None:
    assert blocks("README.md", "python") == blocks("docs/workloads.md", "python")


def documented(page: str) -> set[str]:
    """The names in backticks at the beginning of table rows."""
    rows = re.findall(r"^\| (`[^|]*) \|", (ROOT / page).read_text(), re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([\w.]+)`", row)}


def test_every_field_of_a_record_and_every_outcome_is_documented() -> None:
    fields = {"v", *Record.__struct_encode_fields__}
    assert fields | set(OUTCOMES) <= documented("docs/records.md")


def test_every_page_that_is_named_in_code_or_docs_is_there() -> None:
    sources = [path for package in ("harness", "mockserver", "profiles") for path in (ROOT / package).rglob("*.py")]
    texts = {path: path.read_text() for path in (*sources, *PAGES, ROOT / "CHANGELOG.md")}
    named = {page: path for path, text in texts.items() for page in re.findall(r"docs/\w+\.md", text)}
    assert {"docs/endpoints.md", "docs/swarm.md"} <= named.keys()
    assert [f"{path.relative_to(ROOT)}: {page}" for page, path in named.items() if not (ROOT / page).exists()] == []


def test_every_form_of_a_report_is_documented() -> None:
    page = (ROOT / "docs/reading-results.md").read_text()
    assert [name for name in REPORTERS if f"`{name}`" not in page] == []


def test_every_kind_of_fault_is_documented() -> None:
    assert set(KINDS) <= documented("docs/faults.md")


def test_the_tests_in_the_docs_pass(tmp_path: Path) -> None:
    tests, flags = blocks("docs/testing-your-app.md", "python")
    (tmp_path / "test_docs.py").write_text(tests)
    (tmp_path / "conftest.py").write_text(flags.replace('"tier1"', '"off"'))
    command = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert "3 passed" in done.stdout, done.stdout


def test_every_figure_of_a_summary_and_every_instant_of_a_record_is_defined() -> None:
    page = (ROOT / "docs/metrics.md").read_text()
    figures = {name for name in Section.__dataclass_fields__ if name.endswith("_ms") or name == "cost_usd"}
    figures |= {f"calls.{name}" for name in Calls.__dataclass_fields__ if name not in ("n", "attempts")}
    instants = {"intended_at", "sent_at", "clock", "coalesced", "lag_ms"}
    instants |= {name for name in Record.__struct_fields__ if re.fullmatch("(headers|first_|last_|done).*_ms", name)}
    assert {name for name in figures | instants if f"`{name}" not in page} == set()
    for q, needed in NEEDED.items():
        assert f"p{q * 100:g} {needed}" in page
