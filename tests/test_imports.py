"""Who may import whom. The rules are the tables at the top; the code below only reads the sources, nothing is run."""

import ast
import importlib.metadata
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = {
    # cli -> serving -> app -> endpoints -> plan -> {limits, faults, latency, reply} -> profiles
    "mockserver": {
        "__init__": "",
        "__main__": "cli profiles",
        "cli": "options profiles_cli verdict_cli app serving simulation settings clock profiles",
        "options": "options_number",
        "options_number": "",
        "profiles_cli": "profile_shown latency limits profiles",
        "profile_shown": "latency usage chance profiles",
        "verdict_cli": "journal_read options_number truth profiles",
        "journal_read": "profiles",
        "testing": "",
        "pytest_plugin": "testing",
        "serving": "player wire",
        "app": "endpoints simulation settings clock",
        "remembered": "",
        "accounts": "limits wire profiles",
        "answer": "latency reply wire profiles",
        "endpoints": "simulation accounts answer request question plan limits faults latency reply usage chance clock "
        "player truth wire profiles",
        "simulation": "settings accounts request plan remembered limits faults latency reply usage chance player truth "
        "wire clock profiles",
        "request": "question reply chance wire profiles",
        "plan": "answer question remembered written latency reply usage chance wire profiles",
        "written": "answer question reply usage chance wire",
        "question": "reply profiles",
        "usage": "latency profiles",
        "limits": "wire profiles",
        "faults": "answer reply chance wire profiles",
        "latency": "reply profiles",
        "reply": "profiles",
        "truth": "clock profiles",
        "player": "clock",
        "chance": "",
        "settings": "",
        "clock": "",
        "wire": "",
    },
    # locustfile -> swarm -> run -> {load, workload, client, money} -> measure -> profiles.record
    "harness": {
        "__init__": "swarm",
        "__main__": "cli profiles",
        "locustfile": "swarm",
        "cli": "options_money options_report options_warm_up compare_cli estimate_cli gate_cli run_cli verify_cli run "
        "report workload profiles",
        "run_cli": "options options_gate options_money options_report options_warm_up run report workload",
        "gate_cli": "options_gate run report",
        "compare_cli": "compare run report",
        "compare": "report measure profiles",
        "estimate_cli": "options options_money run money workload profiles",
        "verify_cli": "options_number verify mock run report",
        "verify": "mock run measure profiles",
        "mock": "measure profiles",
        "options": "options_number run client",
        "options_number": "run",
        "options_gate": "",
        "options_money": "",
        "options_report": "report",
        "options_warm_up": "",
        "swarm": "run gate load workload client money report measure redact profiles",
        "run": "report gate load workload client money mock measure redact profiles",
        "report": "measure redact profiles",
        "gate": "measure profiles",
        "load": "profiles",
        "workload": "gate client measure profiles",
        "client": "measure redact profiles",
        "money": "measure profiles",
        "measure": "profiles",
        "redact": "",
    },
    "profiles": {
        "__init__": "errors",
        "tokens": "catalogue encodings images",
        "tools": "catalogue encodings",
        "catalogue": "schema files images errors",
        "images": "",
        "pricing": "catalogue",
        "encodings": "",
        "schema": "errors",
        "files": "errors",
        "record": "",
        "due": "record",
        "journal": "",
        "errors": "",
        "interruption": "",
    },
}
"""Every module and folder of a package, and those that it may import; "profiles" is the package of that name."""

ONLY_IN = {
    "locust": ("harness.swarm", "harness.locustfile"),
    "gevent": ("harness.swarm", "harness.client"),
    "uvicorn": ("mockserver.serving",),
    "uvloop": ("mockserver.serving",),
    "starlette": ("mockserver.app", "mockserver.endpoints", "mockserver.player", "mockserver.serving"),
    "typer": (
        "mockserver.cli",
        "mockserver.options",
        "mockserver.options_number",
        "mockserver.profiles_cli",
        "mockserver.verdict_cli",
        "harness.cli",
        "harness.run_cli",
        "harness.options",
        "harness.options_gate",
        "harness.options_number",
        "harness.gate_cli",
        "harness.options_report",
        "harness.options_warm_up",
        "harness.compare_cli",
        "harness.options_money",
        "harness.estimate_cli",
        "harness.verify_cli",
    ),
    "redis": ("mockserver.limits",),
    "flask": ("harness.swarm",),
    "prometheus_client": ("mockserver.endpoints", "harness.report"),
    "tiktoken": ("profiles.encodings",),
}
"""Libraries that have their places."""

PERFORMING = (
    "mockserver.clock",
    "mockserver.player",
    "mockserver.truth",
    "mockserver.cli",
    "harness.client",
    "harness.swarm",
    "harness.run",
    "harness.mock",
    "harness.verify_cli",
    "harness.cli",
)
"""Where time may be asked for and chance be unseeded; elsewhere both are arguments."""

NEVER_REACHED_FROM = {
    "harness": ("locust", "gevent"),
    "harness.cli": ("locust", "gevent"),
    "mockserver.cli": (
        *("locust", "gevent", "prometheus_client", "redis", "urllib.request"),
        *("mockserver.truth.conduct", "mockserver.latency.picture", "mockserver.limits.pasted"),
    ),
    "mockserver.app": ("uvicorn",),
}
"""What importing a module must not bring in, however indirectly: locust patches the whole process, and no start of a
server should wait for what few ask for."""

DATACLASSES = (
    *("mockserver.clock.Clock", "mockserver.settings.Settings", "mockserver.faults.rules.Rule"),
    *("mockserver.limits.bucket.Bucket", "mockserver.limits.claim.PoolLimits"),
    *("mockserver.truth.counts.Counts", "mockserver.truth.counts.Histogram", "mockserver.faults.rules.Count"),
    "mockserver.player.ensemble.VoiceTrace",
    *("profiles.journal.Planned", "profiles.journal.JournalEntry"),
)
"""What a start of the server makes dataclasses of, a millisecond each where a struct of msgspec's takes a twentieth:
values with attributes that are worked out, hidden or not compared, what is counted and noted while streams play (whose
attributes are set in a third of the time), a clock for tests to derive from, and a format."""

ABSOLUTE = ("harness.locustfile",)
"""Loaded outside its package."""


def room_of(module: str) -> str:
    """Package and room of a module of the house, "mockserver.wire" of "mockserver.wire.errors"."""
    package, _, rest = module.partition(".")
    return f"{package}.{rest.split('.')[0] or '__init__'}"


@dataclass(frozen=True)
class Source:
    """A module of the house."""

    name: str
    is_package: bool
    tree: ast.Module

    @property
    def room(self) -> str:
        """The part of the house it lies in."""
        return room_of(self.name)

    def absolute(self, node: ast.ImportFrom) -> str:
        """The module that a from-import names."""
        if not node.level:
            return node.module or ""
        parts = self.name.split(".")
        base = parts[: len(parts) - node.level + self.is_package]
        return ".".join([*base, *([node.module] if node.module else [])])


def sources() -> Iterator[Source]:
    for package in ROOMS:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            is_package = parts[-1] == "__init__"
            yield Source(".".join(parts[:-1] if is_package else parts), is_package, ast.parse(path.read_text()))


HOUSE = {source.name: source for source in sources()}


def imported(source: Source, node: ast.AST) -> list[str]:
    """The modules that a statement imports; of `from a import b`, b too if it is a module of the house."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        module = source.absolute(node)
        inner = [name for alias in node.names if (name := f"{module}.{alias.name}") in HOUSE]
        return inner if len(inner) == len(node.names) else [module, *inner]
    return []


def every_import() -> Iterator[tuple[Source, ast.AST, str]]:
    for source in HOUSE.values():
        for node in ast.walk(source.tree):
            for name in imported(source, node):
                yield source, node, name


def allowed(source: Source, room: str) -> bool:
    package, own = source.room.split(".")
    below = ROOMS[package].get(own, "").split()
    target, name = room.split(".")
    return room == source.room or (name if target == package else target) in below


def test_rooms_import_only_the_rooms_below_them() -> None:
    wrong = [
        f"{source.name} imports {name}"
        for source, _, name in every_import()
        if name.split(".")[0] in ROOMS and not allowed(source, room_of(name))
    ]
    assert not wrong, "\n".join(wrong)


def test_the_table_names_every_room_and_no_other() -> None:
    assert {source.room for source in HOUSE.values()} == {
        f"{package}.{room}" for package in ROOMS for room in ROOMS[package]
    }


@pytest.mark.parametrize("package", ROOMS)
def test_the_table_has_no_circles(package: str) -> None:
    TopologicalSorter({room: below.split() for room, below in ROOMS[package].items()}).prepare()


def test_the_halves_know_nothing_of_each_other_and_the_leaf_of_neither() -> None:
    foreign = {"mockserver": {"harness"}, "harness": {"mockserver"}, "profiles": {"mockserver", "harness"}}
    wrong = [
        f"{source.name} imports {name}"
        for source, _, name in every_import()
        if name.split(".")[0] in foreign[source.name.split(".")[0]]
    ]
    assert not wrong


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_stays_in_its_place(library: str) -> None:
    users = {source.room for source, _, name in every_import() if name.split(".")[0] == library}
    assert users <= set(ONLY_IN[library])


def test_imports_inside_a_package_are_relative_except_where_it_is_loaded_from_outside() -> None:
    wrong = []
    for source, node, name in every_import():
        relative = isinstance(node, ast.ImportFrom) and node.level > 0
        own = name.split(".")[0] == source.name.split(".")[0]
        if own and relative == (source.name in ABSOLUTE):
            wrong.append(f"{source.name} imports {name}")
    assert not wrong, "\n".join(wrong)


def when_loaded(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run when a module is imported: not those of functions, nor those for type checkers."""
    for statement in body:
        yield statement
        if isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.unparse(statement.test):
            yield from when_loaded(statement.orelse)
        elif not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            for inner in ("body", "orelse", "finalbody"):
                yield from when_loaded(getattr(statement, inner, []))
            for handler in getattr(statement, "handlers", []):
                yield from when_loaded(handler.body)


def reached_from(start: str) -> dict[str, str]:
    """Every module that importing `start` brings in, and by whom."""
    by: dict[str, str] = {start: ""}
    queue = [start]
    while queue:
        source = HOUSE.get(queue.pop())
        if source is None:
            continue
        for statement in when_loaded(source.tree.body):
            for name in imported(source, statement):
                parts = name.split(".")
                for whole in (".".join(parts[:end]) for end in range(1, len(parts) + 1)):
                    if whole not in by:
                        by[whole] = source.name
                        queue.append(whole)
    return by


@pytest.mark.parametrize("start", NEVER_REACHED_FROM)
def test_importing_a_module_does_not_bring_in_what_would_change_the_process(start: str) -> None:
    by = reached_from(start)
    wrong = {library: by[library] for library in NEVER_REACHED_FROM[start] if library in by}
    assert not wrong


def dataclasses_of(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ClassDef) and any("dataclass" in ast.unparse(each) for each in node.decorator_list):
            yield f"{source.name}.{node.name}"


def test_a_start_of_the_server_makes_few_dataclasses() -> None:
    made = {
        name for module in reached_from("mockserver.cli") if module in HOUSE for name in dataclasses_of(HOUSE[module])
    }
    assert made == set(DATACLASSES)


def asks_time_or_chance(source: Source) -> Iterator[str]:
    """Where a module asks what time it is, sleeps, or draws from a generator that nobody seeded."""
    for node in ast.walk(source.tree):
        match node:
            case ast.Attribute(value=ast.Name(id="time"), attr=attr):
                yield f"{source.name}:{node.lineno} time.{attr}"
            case ast.ImportFrom(module="time"):
                yield f"{source.name}:{node.lineno} from time import"
            case ast.Attribute(value=ast.Name(id="random"), attr=attr) if attr != "Random":
                yield f"{source.name}:{node.lineno} random.{attr}"
            case ast.ImportFrom(module="random", names=names) if any(alias.name != "Random" for alias in names):
                yield f"{source.name}:{node.lineno} from random import"
            case ast.Attribute(attr="now" | "utcnow" | "today", value=ast.Name(id="datetime" | "date")):
                yield f"{source.name}:{node.lineno} {ast.unparse(node)}"
            case ast.Attribute(attr="now" | "utcnow" | "today", value=ast.Attribute(attr="datetime" | "date")):
                yield f"{source.name}:{node.lineno} {ast.unparse(node)}"
            case ast.Call(func=ast.Name(id="Random") | ast.Attribute(attr="Random"), args=[]):
                yield f"{source.name}:{node.lineno} Random() without a seed"


def test_time_and_chance_are_arguments_except_where_things_are_performed() -> None:
    wrong = [
        place for source in HOUSE.values() if source.room not in PERFORMING for place in asks_time_or_chance(source)
    ]
    assert not wrong, "\n".join(wrong)


def test_nothing_beside_the_locustfile_is_named_like_a_library() -> None:
    """`locust -f` puts the folder of its file first on the path."""
    beside = {path.stem for path in (ROOT / "harness").iterdir() if path.suffix == ".py" or path.is_dir()}
    libraries = sys.stdlib_module_names | set(importlib.metadata.packages_distributions())
    assert not (beside - {"__init__", "__main__", "__pycache__"}) & libraries
