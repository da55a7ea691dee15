"""What users are told about a wrong profile: the key as their file has it, and what would be right."""

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from profiles import ProfileError
from profiles.files import Kind, locate, names, read_toml
from profiles.schema.faults import FaultsFile
from profiles.schema.keys import KeysFile
from profiles.schema.latency import LatencyFile
from profiles.schema.limits import LimitsFile
from profiles.schema.reading import validated
from profiles.schema.run import RunTable
from profiles.schema.workload import WorkloadFile

CLASS: dict[str, Any] = {"name": "a", "model": "m", "prompts": ["x"]}
MODELS: dict[Kind, type[BaseModel]] = {
    "latency": LatencyFile,
    "limits": LimitsFile,
    "faults": FaultsFile,
    "workloads": WorkloadFile,
}


def complaint(model: type[BaseModel], table: dict[str, Any], at: str = "") -> str:
    with pytest.raises(ProfileError) as caught:
        validated(model, "mine.toml", table, at)
    return str(caught.value)


def of_class(**keys: object) -> dict[str, Any]:
    return {"class": [CLASS, {**CLASS, "name": "b", **keys}]}


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind in MODELS for name in names(kind)])
def test_every_shipped_profile_is_valid_and_says_what_it_is(kind: Kind, name: str) -> None:
    file = validated(MODELS[kind], name, read_toml(locate(kind, name)))
    assert getattr(file, "description", None)


@pytest.mark.parametrize("key", ["think_time", "rate", "spawn_rate", "run_time", "stop_timeout"])
@pytest.mark.parametrize("number", [float("inf"), float("nan")])
def test_numbers_without_end_are_none_whatever_the_key(key: str, number: float) -> None:
    with pytest.raises(ProfileError, match=rf"mine: {key}: .*should be a finite number.*, not {number}$"):
        validated(RunTable, "mine", {key: number})


def test_every_table_refuses_numbers_without_end() -> None:
    def tables(of: type[BaseModel]) -> Iterator[type[BaseModel]]:
        for each in of.__subclasses__():
            yield each
            yield from tables(each)

    ours = [table for table in tables(BaseModel) if table.__module__.startswith("profiles.schema")]
    assert len(ours) > 20
    assert [table for table in ours if table.model_config.get("allow_inf_nan") is not False] == []


@pytest.mark.parametrize(
    ("model", "table", "why"),
    [
        (LatencyFile, {}, "default: is missing"),
        (LatencyFile, {"default": []}, "default: should be a table, not []"),
        (LatencyFile, {"default": {"itl_ms": -1}}, "default.itl_ms: should be greater than or equal to 0, not -1"),
        (LatencyFile, {"default": {"itl_ms": "x"}}, "default.itl_ms: should be a valid number, not 'x'"),
        (LatencyFile, {"default": {"itl_ms": float("nan")}}, "default.itl_ms: should be a finite number, not nan"),
        (LatencyFile, {"default": {"ilt_ms": 1}}, "default.ilt_ms: unknown key; did you mean 'itl_ms'?"),
        (
            LatencyFile,
            {"default": {"reply_tokens": "fil"}},
            'default.reply_tokens: should be a number of tokens, "fill", or a table such as '
            "{ median = 160, sigma = 0.7 }, not 'fil'",
        ),
        (
            LatencyFile,
            {"default": {"reply_tokens": {"median": -1}}},
            "default.reply_tokens.median: should be greater than 0, not -1",
        ),
        (
            LatencyFile,
            {"default": {"reply_tokens": {"medan": 9}}},
            "default.reply_tokens.medan: unknown key; did you mean 'median'?",
        ),
        (LimitsFile, {"models": {"gpt-4.1": {"rpm": 0}}}, 'models."gpt-4.1".rpm: should be greater than or equal to 1'),
        (LimitsFile, {"default": {"rpm": "500"}}, "default.rpm: should be a valid integer, not '500'"),
        (LimitsFile, {"default": {"rpm": True}}, "default.rpm: should be a valid integer, not True"),
        (LimitsFile, {"zzz": 1}, "zzz: unknown key"),
        (FaultsFile, {"rule": {}}, "rule: should be a list, not {}"),
        (FaultsFile, {"rule": [{"fault": "x"}, {}]}, "rule.1.fault: is missing"),
        (KeysFile, {}, "keys: is missing"),
        (KeysFile, {"keys": ["sk-1"]}, "keys: should be a table, not ['sk-1']"),
        (WorkloadFile, {}, "class: is missing"),
        (WorkloadFile, {"class": [CLASS, CLASS]}, "two classes are named 'a'"),
        (WorkloadFile, of_class(think_time_s=[3, 1]), "class.1: think_time_s must be [shortest, longest]"),
        (WorkloadFile, of_class(think_time_s=3), "class.1.think_time_s: should be a list, not 3"),
        (
            WorkloadFile,
            of_class(prompts=None),
            "class.1: needs exactly one of 'prompts', 'scenario'",
        ),
        (WorkloadFile, of_class(top_p=1.5), "class.1.top_p: should be less than or equal to 1, not 1.5"),
        (
            WorkloadFile,
            of_class(response_format="xml"),
            "class.1.response_format: should be 'text' or 'json_object', or should be a table, not 'xml'",
        ),
        (WorkloadFile, of_class(expect={"anyof": ["x"]}), "class.1.expect.anyof: unknown key"),
        (WorkloadFile, {"class": [CLASS], "pools": {"p": {}}}, "pools.p: needs exactly one of 'faker' and 'choices'"),
    ],
)
def test_the_key_and_the_right_form_are_named(model: type[BaseModel], table: dict[str, Any], why: str) -> None:
    assert complaint(model, table).startswith(f"mine.toml: {why}")


def test_a_table_inside_a_file_is_named_from_the_files_top() -> None:
    assert complaint(LimitsFile, {"default": {"rpm": 0}}, at="keys.x").startswith("mine.toml: keys.x.default.rpm: ")


def test_the_first_mistake_of_several_is_told() -> None:
    table = {"default": {"rpm": 0}, "models": {"m": {"tpm": 0}}}
    assert complaint(LimitsFile, table).startswith("mine.toml: default.rpm: ")
