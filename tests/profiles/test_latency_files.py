"""The latency profiles that ship."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

import profiles
from profiles.catalogue import load_catalogue
from profiles.files import locate, names, read_toml
from profiles.schema.distributions import Lognormal
from profiles.schema.latency import LatencyFile, LatencyTable
from profiles.schema.reading import validated

FOLDER = Path(profiles.__file__).parent / "latency"


def shipped(name: str) -> LatencyFile:
    path = locate("latency", name)
    return validated(LatencyFile, str(path), read_toml(path))


@pytest.mark.parametrize("name", names("latency"))
def test_a_shipped_file_is_valid_and_described(name: str) -> None:
    assert shipped(name).description


def test_the_three_first_ones_are_there() -> None:
    assert {"constant", "hosted", "instant"} <= set(names("latency"))


def test_instant_waits_for_nothing_and_fills() -> None:
    assert shipped("instant").default == LatencyTable(ttft_base_ms=0, itl_ms=0, reply_tokens="fill")


def test_constant_is_the_same_for_every_request_and_model() -> None:
    file = shipped("constant")
    assert file.models == {}
    assert (file.default.ttft_base_ms, file.default.itl_ms) == (200, 20)
    assert not any((file.default.ttft_sigma, file.default.itl_sigma, file.default.first_byte_lead_ms))
    assert file.default.reply_tokens == "fill"


OTHER_VENDORS = {"claude-haiku-4-5"}
"""Models that only a server knows which answers for any."""


def test_hosted_has_figures_for_every_model_of_the_catalogue_and_no_other() -> None:
    known = {facts.pool for facts in load_catalogue() if not facts.retired}
    assert set(shipped("hosted").models) == known | OTHER_VENDORS


def test_hosted_states_every_key_that_makes_models_differ() -> None:
    keys = {"ttft_base_ms", "ttft_per_prompt_token_us", "ttft_sigma", "ttft_slow", "itl_ms", "itl_sigma"}
    for name, table in shipped("hosted").models.items():
        assert table.model_fields_set == (keys | {"bursts"} if name in OTHER_VENDORS else keys), name
        assert isinstance(table.ttft_base_ms, float), name
        assert 200 <= table.ttft_base_ms <= 1_500, name
        assert isinstance(table.itl_ms, float), name
        assert 5 <= table.itl_ms <= 50, name


def test_hosted_replies_are_some_two_hundred_tokens() -> None:
    length = shipped("hosted").default.reply_tokens
    assert isinstance(length, Lognormal)
    assert length.median is not None
    assert 150 <= length.median <= 250


@pytest.mark.parametrize("name", ["hosted", "azure", "hosted-day", "dedicated"])
def test_each_figure_has_its_source_beside_or_above_it(name: str) -> None:
    lines = (FOLDER / f"{name}.toml").read_text(encoding="utf-8").splitlines()
    figures = [(above, line) for above, line in pairwise(lines) if re.match(r"\w+ = [^\"]", line)]
    assert len(figures) >= 5
    assert [line for above, line in figures if "  # " not in line and not above.startswith("# ")] == []
