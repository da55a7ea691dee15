"""Every key of a workload file, turned: something about the sessions must change."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from harness.workload import Session, Workload
from harness.workload.describe import describe
from profiles.catalogue import load_catalogue
from profiles.schema.amounts import AmountTable, EmpiricalTable, LognormalTable, NormalTable, UniformTable
from profiles.schema.asking import AbandonTable, FunctionTable, SchemaFormat, TimeoutsTable, ToolTable
from profiles.schema.expect import ExpectTable
from profiles.schema.run import RunTable
from profiles.schema.workload import ClassTable, PoolTable, ScenarioTable, WorkloadFile

Load = Callable[[str], Workload]

BASE: dict[str, Any] = {
    "description": "one",
    "pools": {"number": {"faker": "random_int", "args": {"max": 9000}, "size": 50}, "word": {"choices": ["x", "y"]}},
    "class": [
        {"name": "a", "model": "gpt-4o-mini", "prompts": ["{{number}} {{word}}"]},
        {"name": "b", "model": "gpt-4o-mini", "scenario": [{"turns": ["begin", "go on"]}]},
        {"name": "made", "model": "gpt-4o-mini", "stream": True, "prompt_tokens": 30},
    ],
}

CATALOGUE = load_catalogue()
TOOL = {"type": "function", "function": {"name": "look"}}
SHAPE = {"name": "n", "schema": {"type": "object"}, "strict": True}
EXPECTED = "class.0.expect"
TOOLED = {**BASE["class"][0], "tools": [TOOL]}
PREFIXED = {**BASE["class"][2], "shared_prefix_tokens": 9}
NORMAL = {"mean": 200, "sd": 40, "min": 150, "max": 250}

BEFORE: dict[type[BaseModel], tuple[str, Any]] = {
    UniformTable: ("class.2.prompt_tokens", {"uniform": {"min": 1, "max": 60}}),
    NormalTable: ("class.2.prompt_tokens", {"normal": NORMAL}),
    LognormalTable: ("class.2.prompt_tokens", {"lognormal": {"median": 100, "sigma": 0.5}}),
    EmpiricalTable: ("class.2.prompt_tokens", {"empirical": {"values": [30, 9]}}),
    AbandonTable: ("class.2.abandon", {"share": 0.5, "after_tokens": 2}),
    ToolTable: ("class.0.tools", [TOOL]),
    FunctionTable: ("class.0.tools", [TOOL]),
    SchemaFormat: ("class.0.response_format", SHAPE),
    TimeoutsTable: ("class.0.timeouts", {"connect_s": 1}),
    RunTable: ("run", {"users": 3}),
}
"""What the turned value of such a table is compared with; elsewhere it is BASE."""

KNOBS: dict[tuple[type[BaseModel], str], tuple[str, Any]] = {
    (WorkloadFile, "description"): ("description", "another"),
    (WorkloadFile, "pools"): ("pools.word.choices", ["z"]),
    (WorkloadFile, "class_"): ("class", BASE["class"][:1]),
    (PoolTable, "faker"): ("pools.number", {"faker": "city"}),
    (PoolTable, "args"): ("pools.number.args", {"max": 5}),
    (PoolTable, "size"): ("pools.number.size", 1),
    (PoolTable, "choices"): ("pools.word.choices", ["x", "z"]),
    (ScenarioTable, "turns"): ("class.1.scenario.0.turns", ["begin"]),
    (ScenarioTable, "expect"): ("class.1.scenario.0.expect", {"any_of": ["x"]}),
    (ClassTable, "name"): ("class.0.name", "c"),
    (ClassTable, "weight"): ("class.0.weight", 9),
    (ClassTable, "model"): ("class.0.model", "gpt-4o"),
    (ClassTable, "stream"): ("class.0.stream", True),
    (ClassTable, "system"): ("class.0.system", "Be brief."),
    (ClassTable, "prompts"): ("class.0.prompts", ["{{word}}"]),
    (ClassTable, "scenario"): ("class.1.scenario", [{"turns": ["otherwise"]}]),
    (ClassTable, "think_time_s"): ("class.0.think_time_s", [7, 8]),
    (ClassTable, "max_tokens"): ("class.0.max_tokens", 7),
    (ClassTable, "temperature"): ("class.0.temperature", 0.0),
    (ClassTable, "top_p"): ("class.0.top_p", 0.5),
    (ClassTable, "response_format"): ("class.0.response_format", "json_object"),
    (ClassTable, "rate"): ("class", [{"name": "a", "model": "gpt-4o-mini", "prompts": ["x"], "rate": 2}]),
    (ClassTable, "prompts_from"): (
        "class.0",
        {"name": "a", "model": "gpt-4o-mini", "prompts_from": "asked.jsonl"},
    ),
    (ClassTable, "prompt_tokens"): ("class.2.prompt_tokens", 31),
    (ClassTable, "turns"): ("class.2.turns", 2),
    (ClassTable, "output_tokens"): ("class.0.output_tokens", 5),
    (ClassTable, "shared_prefix_tokens"): ("class.2.shared_prefix_tokens", 40),
    (ClassTable, "shared_prefixes"): ("class.2", {**PREFIXED, "shared_prefixes": 5}),
    (ClassTable, "repeat"): ("class.2.repeat", 0.5),
    (ClassTable, "abandon"): ("class.0.abandon", {"share": 0.5, "after_s": [1, 2]}),
    (ClassTable, "tools"): ("class.0.tools", [TOOL]),
    (ClassTable, "tool_choice"): ("class.0", {**TOOLED, "tool_choice": "look"}),
    (ClassTable, "timeouts"): ("class.0.timeouts", {"idle_s": 5}),
    (ClassTable, "retry"): ("class.0.retry", "backoff"),
    (ClassTable, "slo"): ("class.0.slo", ["ttft_ms.p95 < 800 ms"]),
    (ClassTable, "goodput"): ("class.0.goodput", ["ttft < 800ms"]),
    (ClassTable, "expect"): (EXPECTED, {"non_empty": False}),
    (ExpectTable, "non_empty"): ("class.1.scenario.0.expect", {"non_empty": True}),
    (ExpectTable, "json_keys"): (EXPECTED, {"non_empty": True, "json_keys": ["k"]}),
    (ExpectTable, "any_of"): (EXPECTED, {"non_empty": True, "any_of": ["k"]}),
    (ExpectTable, "regex"): (EXPECTED, {"non_empty": True, "regex": "k+"}),
    (ExpectTable, "json_schema"): (EXPECTED, {"non_empty": True, "json_schema": {"type": "object"}}),
    (ExpectTable, "min_tokens"): (EXPECTED, {"non_empty": True, "min_tokens": 3}),
    (ExpectTable, "tool_call"): ("class.0", {**TOOLED, "expect": {"non_empty": True, "tool_call": "look"}}),
    (ExpectTable, "echo_nonce"): (EXPECTED, {"non_empty": True, "echo_nonce": True}),
    (AmountTable, "fixed"): ("class.2.prompt_tokens", {"fixed": 31}),
    (AmountTable, "uniform"): ("class.2.prompt_tokens", {"uniform": {"min": 10, "max": 20}}),
    (AmountTable, "normal"): ("class.2.prompt_tokens", {"normal": NORMAL}),
    (AmountTable, "lognormal"): ("class.2.prompt_tokens", {"lognormal": {"median": 100, "sigma": 0.5}}),
    (AmountTable, "empirical"): ("class.2.prompt_tokens", {"empirical": [10, 20]}),
    (UniformTable, "min"): ("class.2.prompt_tokens", {"uniform": {"min": 50, "max": 60}}),
    (UniformTable, "max"): ("class.2.prompt_tokens", {"uniform": {"min": 1, "max": 9}}),
    (NormalTable, "mean"): ("class.2.prompt_tokens", {"normal": {**NORMAL, "mean": 210}}),
    (NormalTable, "sd"): ("class.2.prompt_tokens", {"normal": {**NORMAL, "sd": 4}}),
    (NormalTable, "min"): ("class.2.prompt_tokens", {"normal": {**NORMAL, "min": 199}}),
    (NormalTable, "max"): ("class.2.prompt_tokens", {"normal": {**NORMAL, "max": 201}}),
    (LognormalTable, "median"): ("class.2.prompt_tokens", {"lognormal": {"median": 110, "sigma": 0.5}}),
    (LognormalTable, "mean"): ("class.2.prompt_tokens", {"lognormal": {"mean": 100, "sigma": 0.5}}),
    (LognormalTable, "sigma"): ("class.2.prompt_tokens", {"lognormal": {"median": 100, "sigma": 0.4}}),
    (LognormalTable, "max"): ("class.2.prompt_tokens", {"lognormal": {"median": 100, "sigma": 0.5, "max": 90}}),
    (EmpiricalTable, "values"): ("class.2.prompt_tokens", {"empirical": {"values": [10, 20]}}),
    (EmpiricalTable, "weights"): ("class.2.prompt_tokens", {"empirical": {"values": [30, 9], "weights": [9, 1]}}),
    (AbandonTable, "share"): ("class.2.abandon", {"share": 0.9, "after_tokens": 2}),
    (AbandonTable, "after_s"): ("class.2.abandon", {"share": 0.5, "after_s": [1, 2]}),
    (AbandonTable, "after_tokens"): ("class.2.abandon", {"share": 0.5, "after_tokens": 3}),
    (ToolTable, "type"): ("class.0.tools", json.dumps([TOOL, {"function": {"name": "second"}}])),
    (ToolTable, "function"): ("class.0.tools", [{"function": {"name": "other"}}]),
    (FunctionTable, "name"): ("class.0.tools", [{"function": {"name": "other"}}]),
    (FunctionTable, "description"): ("class.0.tools", [{"function": {"name": "look", "description": "Looks"}}]),
    (FunctionTable, "parameters"): (
        "class.0.tools",
        [{"function": {"name": "look", "parameters": {"a": 1}}}],
    ),
    (FunctionTable, "strict"): ("class.0.tools", [{"function": {"name": "look", "strict": True}}]),
    (SchemaFormat, "name"): ("class.0.response_format", {**SHAPE, "name": "m"}),
    (SchemaFormat, "schema_"): ("class.0.response_format", {**SHAPE, "schema": {"type": "array"}}),
    (SchemaFormat, "strict"): ("class.0.response_format", {**SHAPE, "strict": False}),
    **{
        (TimeoutsTable, name): ("class.0.timeouts", {name: 7})
        for name in ("connect_s", "first_token_s", "idle_s", "total_s")
    },
    (WorkloadFile, "run"): ("run", {"users": 3}),
    (RunTable, "users"): ("run", {"users": 4}),
    (RunTable, "rate"): ("run", {"rate": "0-60s: 1->4"}),
    (RunTable, "arrivals"): ("run", {"arrivals": "constant"}),
    (RunTable, "spawn_rate"): ("run", {"spawn_rate": 4}),
    (RunTable, "run_time"): ("run", {"run_time": "90s"}),
    (RunTable, "requests"): ("run", {"requests": 4}),
    (RunTable, "think_time"): ("run", {"think_time": 0}),
    (RunTable, "model"): ("run", {"model": "gpt-4o"}),
    (RunTable, "price_as"): ("run", {"price_as": "gpt-4o"}),
    (RunTable, "retry"): ("run", {"retry": "backoff"}),
    (RunTable, "seed"): ("run", {"seed": 4}),
    (RunTable, "timeouts"): ("run", {"timeouts": {"idle_s": 4}}),
    (RunTable, "stop_timeout"): ("run", {"stop_timeout": "9s"}),
    (RunTable, "slo"): ("run", {"slo": ["complete >= 99%"]}),
    (RunTable, "goodput"): ("run", {"goodput": ["ttft < 800ms, e2e < 9s"]}),
}


def turned(path: str, value: Any) -> Mapping[str, Any]:
    """BASE with the value at the dotted `path` set."""
    copy: Any = json.loads(json.dumps(BASE))
    table = copy
    *way, last = path.split(".")
    for step in way:
        table = table[int(step)] if step.isdigit() else table[step]
    table[int(last) if last.isdigit() else last] = value
    assert isinstance(copy, dict)
    return copy


def toml(table: Mapping[str, Any]) -> str:
    """Tables of plain values as TOML, which agrees with JSON on all but the braces."""
    return "\n".join(f"{key} = {_inline(value)}" for key, value in table.items())


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_inline(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_inline, value)) + "]"
    return json.dumps(value)


def seen(workload: Workload) -> tuple[str, list[Session], float | None]:
    """What a person sees of it, what it asks, and at what rate."""
    return describe(workload, CATALOGUE), [workload.session(i) for i in range(40)], workload.rate_per_s


@pytest.fixture(autouse=True)
def questions(tmp_path: Path) -> None:
    (tmp_path / "asked.jsonl").write_text('{"prompt": "from a file"}\n')


@pytest.mark.parametrize(("table", "key"), KNOBS, ids=lambda part: getattr(part, "__name__", part))
def test_turning_a_key_changes_the_sessions(load: Load, table: type[BaseModel], key: str) -> None:
    path, value = KNOBS[table, key]
    before = turned(*BEFORE[table]) if table in BEFORE else BASE
    if value in ({**PREFIXED, "shared_prefixes": 5}, {**TOOLED, "tool_choice": "look"}):
        before = turned(path, {name: value[name] for name in list(value)[:-1]})
    assert seen(load(toml(turned(path, value)))) != seen(load(toml(before)))


def test_no_key_is_left_out() -> None:
    tables = {table for table, _ in KNOBS}
    assert tables >= tables_inside(WorkloadFile)
    assert set(KNOBS) == {(table, field) for table in tables for field in table.model_fields}


def tables_inside(table: type[BaseModel]) -> set[type[BaseModel]]:
    """A table, and all that may stand in it."""
    found = {table}
    for field in table.model_fields.values():
        found |= {inner for part in parts(field.annotation) for inner in tables_inside(part)}
    return found


def parts(annotation: Any) -> set[type[BaseModel]]:
    inner = {each for argument in get_args(annotation) for each in parts(argument)}
    return inner | ({annotation} if isinstance(annotation, type) and issubclass(annotation, BaseModel) else set())


def test_sampling_parameters_are_those_of_the_request_body(load: Load) -> None:
    settings = {"max_tokens": 9, "temperature": 0.0, "top_p": 0.5, "response_format": "json_object"}
    workload = load(toml({"class": [{"name": "a", "model": "m", "prompts": ["x"], **settings}]}))
    assert workload.session(0).params == {
        "max_tokens": 9,
        "temperature": 0.0,
        "top_p": 0.5,
        "response_format": {"type": "json_object"},
    }


def test_what_is_not_given_is_not_sent(load: Load) -> None:
    session = load(toml(BASE)).session(0)
    assert session.params == {}
    assert [message["role"] for message in session.messages(0)] == ["user"]


def test_a_scenario_adds_its_expectations_to_those_of_its_class(load: Load) -> None:
    scenario = {"turns": ["x", "y"], "expect": {"any_of": ["word"]}}
    table = {"name": "a", "model": "m", "scenario": [scenario], "expect": {"json_keys": ["k"]}}
    session = load(toml({"class": [table]})).session(0)
    for turn in session.turns:
        assert turn.expect.problems("nothing") == ["json_keys: not valid JSON", "any_of: none of word"]
        assert turn.expect.problems('{"k": "word"}') == []


def test_pauses_lie_between_the_two_bounds(load: Load) -> None:
    workload = load(toml(turned("class.0.think_time_s", [2, 4])))
    pauses = [pause for s in map(workload.session, range(200)) if s.class_name == "a" for pause in s.think_times_s]
    assert 2 <= min(pauses) < 2.2
    assert 3.8 < max(pauses) <= 4
