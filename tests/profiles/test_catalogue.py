import re
from pathlib import Path

import pytest

from profiles import ProfileError
from profiles.catalogue import ModelFacts, load_catalogue

SHIPPED = load_catalogue()


def resolved(name: str) -> ModelFacts:
    facts = SHIPPED.resolve(name)
    assert facts is not None, name
    return facts


def written(folder: Path, text: str) -> Path:
    file = folder / "models.toml"
    file.write_text(text)
    return file


@pytest.mark.parametrize(
    ("alias", "snapshot"),
    [
        ("gpt-3.5-turbo", "gpt-3.5-turbo-0125"),
        ("gpt-4", "gpt-4-0613"),
        ("gpt-4o", "gpt-4o-2024-08-06"),
        ("gpt-4o-mini", "gpt-4o-mini-2024-07-18"),
        ("gpt-4.1-nano", "gpt-4.1-nano-2025-04-14"),
        ("o3-mini", "o3-mini-2025-01-31"),
        ("gpt-5", "gpt-5-2025-08-07"),
        ("gpt-5.4-mini", "gpt-5.4-mini-2026-03-17"),
        ("gpt-5.6-sol", "gpt-5.6-sol"),
    ],
)
def test_an_alias_is_answered_by_the_recorded_snapshot_and_shares_its_pool(alias: str, snapshot: str) -> None:
    assert resolved(alias).snapshot == snapshot
    assert resolved(snapshot).snapshot == snapshot
    assert resolved(snapshot).pool == resolved(alias).pool == alias


def test_an_older_snapshot_with_prices_of_its_own_shares_the_pool_all_the_same() -> None:
    older = resolved("gpt-4o-2024-05-13")
    assert (older.pool, older.input_usd_per_mtok) == ("gpt-4o", 5.0)


def test_facts_are_those_of_the_price_list() -> None:
    mini = resolved("gpt-4o-mini")
    assert (mini.context_tokens, mini.max_output_tokens) == (128_000, 16_384)
    assert (mini.input_usd_per_mtok, mini.cached_usd_per_mtok, mini.output_usd_per_mtok) == (0.15, 0.075, 0.60)
    assert str(mini.priced_on) == "2026-11-23"
    assert (mini.encoding, mini.reasoning, mini.fingerprint) == ("o200k_base", False, True)


@pytest.mark.parametrize("facts", list(SHIPPED), ids=lambda facts: facts.name)
def test_the_facts_of_every_model_are_consistent(facts: ModelFacts) -> None:
    assert SHIPPED.resolve(facts.name) == facts
    assert facts.encoding == ("cl100k_base" if re.match(r"gpt-(3\.5|4$|4-)", facts.name) else "o200k_base")
    assert facts.max_output_tokens <= facts.context_tokens
    if facts.retired:
        return
    assert facts.input_usd_per_mtok is not None
    assert facts.output_usd_per_mtok is not None
    assert (facts.cached_usd_per_mtok or 0) <= facts.input_usd_per_mtok <= facts.output_usd_per_mtok
    assert SHIPPED.resolve(facts.pool) is not None


def test_names_appear_once_and_in_the_order_of_the_file() -> None:
    listed = [facts.name for facts in SHIPPED]
    assert len(set(listed)) == len(listed)
    assert listed[:2] == ["gpt-3.5-turbo", "gpt-3.5-turbo-0125"]
    start = listed.index("gpt-4o")
    assert listed[start : start + 3] == ["gpt-4o", "gpt-4o-2024-08-06", "gpt-4o-2024-11-20"]


def test_a_fine_tuned_model_has_the_facts_of_its_base_under_its_own_name() -> None:
    name = "ft:gpt-4o-mini-2024-07-18:acme::abc123"
    tuned = resolved(name)
    assert (tuned.name, tuned.snapshot, tuned.pool) == (name, name, name)
    assert tuned.context_tokens == resolved("gpt-4o-mini").context_tokens


@pytest.mark.parametrize("name", ["", "gpt-99", "ft:", "ft:gpt-99:acme::x", "GPT-4o"])
def test_other_names_are_no_models(name: str) -> None:
    assert SHIPPED.resolve(name) is None


@pytest.mark.parametrize("name", ["gpt-99", "ft:gpt-99:acme::x", "llama"])
def test_any_model_takes_every_name_as_a_model_with_a_pool_of_its_own(name: str) -> None:
    facts = load_catalogue(any_model=True).resolve(name)
    assert facts is not None
    assert (facts.name, facts.snapshot, facts.pool, facts.encoding) == (name, name, name, "o200k_base")


def test_any_model_keeps_what_is_known_and_needs_a_name() -> None:
    catalogue = load_catalogue(any_model=True)
    assert catalogue.resolve("gpt-4o") == SHIPPED.resolve("gpt-4o")
    assert catalogue.resolve("") is None


def test_a_file_adds_models_and_replaces_shipped_ones(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        '[models.mine]\nsnapshot = "mine-1"\naliases = ["mine-0"]\nreasoning = true\n'
        '[models."gpt-4o"]\ncontext_tokens = 7\n',
    )
    catalogue = load_catalogue(file)
    mine, older, replaced = (catalogue.resolve(name) for name in ("mine", "mine-0", "gpt-4o"))
    assert mine is not None
    assert (mine.snapshot, mine.reasoning, mine.input_usd_per_mtok) == ("mine-1", True, None)
    assert older is not None
    assert (older.snapshot, older.pool) == ("mine-0", "mine")
    assert replaced is not None
    assert replaced.context_tokens == 7
    assert catalogue.resolve("gpt-4o-mini") == SHIPPED.resolve("gpt-4o-mini")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[models."gpt-x.1"]\ncontext_tokens = 0', 'models."gpt-x.1".context_tokens: should be greater than or equal'),
        ("[models.x]\nencoding = 'p50k'", "models.x.encoding: should be 'o200k_base' or 'cl100k_base', not 'p50k'"),
        ("[models.x]\ncontext_token = 1", "models.x.context_token: unknown key; did you mean 'context_tokens'?"),
        ("[model.x]", "model: unknown key; did you mean 'models'?"),
        ('[models.""]', 'models."": a model needs a name'),
        ("", "models: is missing"),
    ],
)
def test_a_wrong_file_is_told_by_key(tmp_path: Path, text: str, message: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(ProfileError) as caught:
        load_catalogue(file)
    assert str(caught.value).startswith(f"{file}: {message}")


def test_a_name_without_a_price_counts_as_the_model_that_is_said_and_every_other_as_itself() -> None:
    catalogue = SHIPPED.priced_as("gpt-4o-mini")
    assert SHIPPED.priced("my-deployment") is None
    mine = catalogue.priced("my-deployment")
    assert mine is not None
    assert (mine.name, mine.pool) == ("my-deployment", "my-deployment")
    assert mine.input_usd_per_mtok == resolved("gpt-4o-mini").input_usd_per_mtok
    assert catalogue.priced("gpt-4o") == resolved("gpt-4o")
    assert catalogue.resolve("my-deployment") is None, "only money counts so"
    assert SHIPPED.priced_as(None) is SHIPPED


def test_a_known_model_without_a_price_keeps_all_but_the_price(tmp_path: Path) -> None:
    catalogue = load_catalogue(written(tmp_path, '[models.mine]\nencoding = "cl100k_base"\n')).priced_as("gpt-4o")
    mine = catalogue.priced("mine")
    assert mine is not None
    assert (mine.encoding, mine.is_priced) == ("cl100k_base", True)


@pytest.mark.parametrize(
    ("model", "hint"), [("gtp-4o", "did you mean 'gpt-4o'?"), ("", "write one of"), ("zzz", "such as gpt-4o-mini")]
)
def test_only_a_model_with_a_price_can_lend_it(model: str, hint: str) -> None:
    with pytest.raises(ValueError, match=rf"^the price of '{model}' is not known; ") as caught:
        SHIPPED.priced_as(model)
    assert hint in str(caught.value)
