import math
from pathlib import Path

import pytest

from mockserver.limits.claim import PoolLimits
from mockserver.limits.policy import LimitsPolicy
from profiles import ProfileError
from profiles.catalogue import load_catalogue
from profiles.files import names


def policy(folder: Path, text: str) -> LimitsPolicy:
    file = folder / "mine.toml"
    file.write_text(text)
    return LimitsPolicy.from_file(str(file))


def test_off_is_a_word_and_limits_nothing() -> None:
    assert LimitsPolicy.from_file("off") == LimitsPolicy.off()
    assert LimitsPolicy.off().for_pool("gpt-4o") is None
    assert LimitsPolicy.off().describe() == "limits off"


def test_the_first_tier_has_the_published_numbers() -> None:
    tier1 = LimitsPolicy.from_file("tier1")
    assert tier1.for_pool("gpt-4o") == PoolLimits(rpm=500, tpm=30_000)
    assert tier1.for_pool("gpt-4o-mini") == PoolLimits(rpm=500, rpd=10_000, tpm=200_000)
    assert tier1.for_pool("gpt-4") == PoolLimits(rpm=500, rpd=10_000, tpm=10_000)
    assert tier1.describe() == "limits tier1"


@pytest.mark.parametrize("name", names("limits"))
def test_every_shipped_profile_names_only_pools_of_the_catalogue(name: str) -> None:
    pools = {facts.pool for facts in load_catalogue()}
    assert set(LimitsPolicy.from_file(name).pools) <= pools


@pytest.mark.parametrize("pool", sorted({facts.pool for facts in load_catalogue()}))
def test_no_tier_allows_less_than_the_one_before(pool: str) -> None:
    tiers = [
        LimitsPolicy.from_file(name).for_pool(pool) for name in ("free", "tier1", "tier2", "tier3", "tier4", "tier5")
    ]
    for dimension in ("rpm", "rpd", "tpm", "tpd"):
        allowed = [math.inf if tier is None else getattr(tier, dimension) or math.inf for tier in tiers]
        assert allowed == sorted(allowed), (pool, dimension)


def test_the_other_keys_of_a_file_are_read_and_have_defaults(tmp_path: Path) -> None:
    usual = policy(tmp_path, "[default]\nrpm = 1\n")
    assert (usual.charge, usual.settle, usual.hint) == ("prompt_estimate", False, "")
    mine = policy(
        tmp_path,
        """
        charge = "max_of"
        settle = true
        refused_debits = true
        slice_s = 10
        hint = "Pay."
        [default]
        rpd = 3
        tpd = 4
        concurrent = 5
        """,
    )
    assert (mine.charge, mine.settle, mine.hint) == ("max_of", True, "Pay.")
    assert mine.for_pool("m") == PoolLimits(rpd=3, tpd=4, concurrent=5, slice_s=10, refused_debits=True)


def test_azure_counts_in_slices_and_charges_the_whole_answer() -> None:
    azure = LimitsPolicy.from_file("azure")
    limits = azure.for_pool("gpt-4o")
    assert limits is not None
    assert (azure.charge, limits.slice_s) == ("plus_max_tokens", 10)


def test_a_pool_has_its_own_limits_and_the_others_the_default(tmp_path: Path) -> None:
    mine = policy(tmp_path, '[default]\nrpm = 7\n[models."m"]\ntpm = 9\n[models.free]\n')
    assert mine.for_pool("m") == PoolLimits(rpm=None, tpm=9)
    assert mine.for_pool("another") == PoolLimits(rpm=7, tpm=None)
    assert mine.for_pool("free") is None


def test_without_a_default_the_other_pools_are_not_limited(tmp_path: Path) -> None:
    assert policy(tmp_path, "[models.m]\nrpm = 1\n").for_pool("another") is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[default]\nrpm = 0", "mine.toml: default.rpm: should be greater than or equal to 1, not 0"),
        ("[models.m]\ntmp = 5", "mine.toml: models.m.tmp: unknown key; did you mean 'tpm'?"),
        ("[default]\nrpm = 'many'", "mine.toml: default.rpm: should be a valid integer"),
        ("[default", "mine.toml: not valid TOML"),
    ],
)
def test_a_wrong_file_is_told_in_one_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ProfileError) as caught:
        policy(tmp_path, text)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
