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
    assert tier1.for_pool("gpt-4o-mini") == PoolLimits(rpm=500, tpm=200_000)
    assert tier1.for_pool("gpt-4") == PoolLimits(rpm=500, tpm=10_000)
    assert tier1.describe() == "limits tier1"


@pytest.mark.parametrize("name", names("limits"))
def test_every_shipped_profile_names_only_pools_of_the_catalogue(name: str) -> None:
    pools = {facts.pool for facts in load_catalogue()}
    assert set(LimitsPolicy.from_file(name).pools) <= pools


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
