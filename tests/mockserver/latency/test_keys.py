"""Every key of a latency file does something: a table with a turn for each key, and the schema says which there are."""

import tomllib
import typing
from collections.abc import Iterator
from typing import Any, Final

import pytest
from pydantic import BaseModel

from mockserver.chance import Draws, of_everybody
from mockserver.latency import LatencyProfile
from profiles import ProfileError
from profiles.catalogue import ModelFacts
from profiles.schema.latency import EngineTable, LatencyFile
from profiles.schema.reading import validated

FACTS: Final = ModelFacts(name="gpt-4o", snapshot="gpt-4o", pool="gpt-4o")
PROMPTS: Final = ((100, 0), (4_000, 2_048), (90_000, 0), (100_000, 99_968))
HOURS: Final = [1.0, 1.5] * 12
BASE: Final = """
extends = "constant"

[default]
ttft_base_ms = 200
ttft_per_prompt_token_us = 50
ttft_prompt_exponent = 1
ttft_sigma = 0.3
ttft_slow = { share = 0.2, factor = 5, sigma = 0.5 }
itl_ms = 10
itl_sigma = 0.2
itl_per_1000_prompt_tokens = 0.01
ttft_slowdown_exponent = 1
itl_slowdown_exponent = 1
first_byte_lead_ms = 20
reply_tokens = 80

[default.bursts]
tokens = { min = 2, max = 3 }
sigma = 0.2
late = { share = 0.3, scale = 1, alpha = 2 }
filter_ms = { dist = "uniform", min = 1, max = 5 }

[default.long_context_stall]
above_prompt_tokens = 90_000
share = 0.6
pause_ms = 4_000

[models."gpt-4o"]
itl_ms = 11

[slowdown]
utc_offset_h = 0
weekend = 0.9
noise = { sigma = 0.1, time_constant_min = 10 }
incidents = { every_h = 2, duration_min = 30, factor = 3 }
"""
TURNS: Final[dict[str, Any]] = {
    "extends": "hosted",
    "default.ttft_base_ms": 201,
    "default.ttft_per_prompt_token_us": 51,
    "default.ttft_prompt_exponent": 1.01,
    "default.ttft_sigma": 0.31,
    "default.ttft_slow.share": 0.9,
    "default.ttft_slow.factor": 6,
    "default.ttft_slow.sigma": 0.6,
    "default.ttft_residual": {"dist": "uniform", "min": 0.5, "max": 2},
    "default.itl_ms": 10.1,
    "default.itl_sigma": 0.21,
    "default.itl_per_1000_prompt_tokens": 0.02,
    "default.ttft_slowdown_exponent": 0.5,
    "default.itl_slowdown_exponent": 0.5,
    "default.first_byte_lead_ms": 21,
    "default.reply_tokens": {"dist": "gamma", "mean": 100, "cv": 1},
    "default.bursts.tokens": 3,
    "default.bursts.tokens.min": 1,
    "default.bursts.tokens.max": 4,
    "default.bursts.sigma": 0.3,
    "default.bursts.late.share": 0.4,
    "default.bursts.late.scale": 2,
    "default.bursts.late.alpha": 3,
    "default.bursts.filter_ms": 3,
    "default.long_context_stall.above_prompt_tokens": 100_001,
    "default.long_context_stall.share": 0.0,
    "default.long_context_stall.pause_ms": 5_000,
    "models": {},
    "slowdown.hours": HOURS,
    "slowdown.utc_offset_h": -5,
    "slowdown.weekend": 1.1,
    "slowdown.noise.sigma": 0.2,
    "slowdown.noise.time_constant_min": 20,
    "slowdown.incidents.every_h": 3,
    "slowdown.incidents.duration_min": 20,
    "slowdown.incidents.factor": 4,
}
"""Keys, and what is put in the place of their values; distributions have a test of their own."""

TOLD_ELSEWHERE: Final = {"description", *(f"engine.{key}" for key in EngineTable.model_fields)}
"""What `mockserver profiles` prints, and what an engine does (test_engine.py)."""


def keys(model: type[BaseModel], at: str = "") -> Iterator[str]:
    """Every key of an envelope and of the envelopes below it; those of distributions are left out."""
    for name, field in model.model_fields.items():
        if model.__module__.endswith("distributions"):
            continue
        below = [part for part in parts(field.annotation) if not part.__module__.endswith("distributions")]
        if not below or name in ("models", "tokens"):
            yield f"{at}{name}"
        for part in below:
            if name != "models":  # the same table again
                yield from keys(part, f"{at}{name}.")


def parts(annotation: Any) -> list[type[BaseModel]]:
    """The envelopes that a type is made of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [part for each in typing.get_args(annotation) for part in parts(each)]


def turned(key: str) -> dict[str, Any]:
    """The base with another value at a key."""
    raw = tomllib.loads(BASE)
    if key == "slowdown.utc_offset_h":
        raw["slowdown"]["hours"] = [1.0 + hour / 24 for hour in range(24)]
    if key == "default.ttft_residual":
        del raw["default"]["ttft_sigma"], raw["default"]["ttft_slow"]
    if key == "default.itl_ms":
        del raw["models"]
    table, *path = raw, *key.split(".")
    for step in path[:-1]:
        table = table[step]
    table[path[-1]] = TURNS[key]
    return raw


def behaviour(raw: dict[str, Any]) -> list[Any]:
    """What requests of several kinds get, at several times, of what a file says."""
    file = validated(LatencyFile, "mine.toml", raw)
    profile = LatencyProfile.of_file("mine", "mine.toml", file, of_everybody(1))
    found: list[Any] = []
    for place in range(24):
        numbers = Draws(place, b"", None, "latency")
        prompt, cached = PROMPTS[place % len(PROMPTS)]
        at = 1_767_603_600.0 + place * 7 * 3_600  # hours and days of a week from a Monday
        found.append(profile.cadence(FACTS, prompt, 40, numbers, cached_tokens=cached, at=at))
        found.append(profile.length(FACTS, None, Draws(place, b"", None, "length")))
    return found


def test_there_is_a_turn_for_every_key_of_the_schema() -> None:
    assert set(keys(LatencyFile)) - TOLD_ELSEWHERE == set(TURNS)


@pytest.mark.parametrize("key", TURNS)
def test_turning_a_key_changes_what_requests_get(key: str) -> None:
    raw = turned(key)
    usual = turned_off(raw, key)
    assert behaviour(raw) != behaviour(usual)


def turned_off(raw: dict[str, Any], key: str) -> dict[str, Any]:
    """The base, prepared as for the turn."""
    usual = tomllib.loads(BASE)
    if key == "slowdown.utc_offset_h":
        usual["slowdown"]["hours"] = raw["slowdown"]["hours"]
    if key == "default.itl_ms":
        del usual["models"]
    if key == "extends":
        # What the lower profile says of this model shows where the upper one says nothing.
        for one in (raw, usual):
            del one["default"], one["models"]
    return usual


def test_the_base_itself_is_repeatable() -> None:
    assert behaviour(tomllib.loads(BASE)) == behaviour(tomllib.loads(BASE))


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        ("default.ttft_slow", {"share": 0.1, "facter": 5}, "facter"),
        ("default.bursts", {"tokens": 2, "sigmma": 1}, "did you mean"),
        ("default.bursts", {"tokens": 0}, "greater than or equal to 1"),
        ("default.bursts", {"tokens": {"min": 3, "max": 2}}, "min must not be more than max"),
        ("default.bursts", {"tokens": 2, "late": {"share": 2, "scale": 1, "alpha": 2}}, "less than or equal to 1"),
        ("default.long_context_stall", {"share": 1, "pause_ms": 1}, "is missing"),
        ("default.ttft_residual", {"dist": "quantiles", "values": [1, 2]}, "need 'at'"),
        ("default.itl_ms", {"dist": "gama", "mean": 1, "cv": 1}, "dist = constant"),
        ("slowdown", {"hours": [1.0]}, "at least 24"),
        ("slowdown", {"noise": {"sigma": 0.1}}, "is missing"),
        ("slowdown", {"incident": {}}, "did you mean 'incidents'"),
        ("extends", "hostd", "did you mean 'hosted'"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_key(key: str, value: Any, why: str) -> None:
    raw: dict[str, Any] = tomllib.loads(BASE)
    if key == "default.ttft_residual":
        del raw["default"]["ttft_sigma"], raw["default"]["ttft_slow"]
    table, *path = raw, *key.split(".")
    for step in path[:-1]:
        table = table[step]
    table[path[-1]] = value
    with pytest.raises(ProfileError) as caught:
        behaviour(raw)
    assert caught.value.file == "mine.toml"
    assert caught.value.key.startswith(key)
    assert why in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_residual_and_what_it_replaces_are_not_stated_both() -> None:
    raw = tomllib.loads(BASE)
    raw["default"]["ttft_residual"] = {"median": 1}
    with pytest.raises(ProfileError, match="ttft_residual takes the place of"):
        behaviour(raw)
