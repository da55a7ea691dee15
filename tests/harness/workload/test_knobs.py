"""Every key of a workload file, turned: something about the sessions must change."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from pydantic import BaseModel

from harness.workload import Session, Workload
from profiles.schema import ClassTable, ExpectTable, PoolTable, ScenarioTable, WorkloadFile

Load = Callable[[str], Workload]

BASE: dict[str, Any] = {
    "description": "one",
    "pools": {"number": {"faker": "random_int", "args": {"max": 9000}, "size": 50}, "word": {"choices": ["x", "y"]}},
    "class": [
        {"name": "a", "model": "gpt-4o-mini", "prompts": ["{{number}} {{word}}"]},
        {"name": "b", "model": "gpt-4o-mini", "scenario": [{"turns": ["begin", "go on"]}]},
    ],
}

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
    (ClassTable, "expect"): ("class.0.expect", {"non_empty": False}),
    (ExpectTable, "non_empty"): ("class.1.scenario.0.expect", {"non_empty": True}),
    (ExpectTable, "json_keys"): ("class.0.expect", {"non_empty": True, "json_keys": ["k"]}),
    (ExpectTable, "any_of"): ("class.0.expect", {"non_empty": True, "any_of": ["k"]}),
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


def seen(workload: Workload) -> tuple[str, list[Session]]:
    return workload.description, [workload.session(i) for i in range(40)]


@pytest.mark.parametrize(("path", "value"), KNOBS.values(), ids=[f"{m.__name__}.{k}" for m, k in KNOBS])
def test_turning_a_key_changes_the_sessions(load: Load, path: str, value: Any) -> None:
    assert seen(load(toml(turned(path, value)))) != seen(load(toml(BASE)))


def test_no_key_is_left_out() -> None:
    tables = (WorkloadFile, PoolTable, ScenarioTable, ClassTable, ExpectTable)
    assert set(KNOBS) == {(table, field) for table in tables for field in table.model_fields}


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
