from pathlib import Path

import pytest

from mockserver.accounts import Accounts
from mockserver.limits import Budget, LimitsPolicy, PoolLimits
from profiles import ProfileError

USUAL = LimitsPolicy("usual", PoolLimits(rpm=7))


def accounts(folder: Path, text: str) -> Accounts:
    file = folder / "keys.toml"
    file.write_text(text)
    return Accounts.from_file(file)


def limits(folder: Path, name: str, rpm: int) -> str:
    file = folder / f"{name}.toml"
    file.write_text(f'hint = "from {name}"\ncharge = "max_of"\n[default]\nrpm = {rpm}\n')
    return str(file)


def test_without_a_file_every_key_is_an_organisation_of_its_own_with_the_usual_limits() -> None:
    every = Accounts.from_file(None)
    first, second = every.of("sk-a"), every.of("sk-b")
    assert every.accepts("sk-a")
    (pool,) = first.pools("gpt-4o", USUAL)
    assert pool.limits == PoolLimits(rpm=7)
    assert pool.name == f"{first.account.organization_id}/gpt-4o"
    assert pool.whose == f"organization {first.account.organization_id}"
    assert pool.name != second.pools("gpt-4o", USUAL)[0].name
    assert every.of("sk-a") is first


def test_many_strangers_are_not_all_remembered() -> None:
    every = Accounts.from_file(None)
    members = [every.of(f"sk-{number}") for number in range(10_001)]
    assert every.of("sk-0") == members[0]
    assert every.of("sk-0") is not members[0]


def test_the_file_says_who_is_let_in(tmp_path: Path) -> None:
    listed = accounts(tmp_path, '[keys."sk-a"]\n')
    assert [listed.accepts(key) for key in ("sk-a", "sk-b")] == [True, False]


def test_keys_of_an_organisation_share_its_buckets_limits_and_budget(tmp_path: Path) -> None:
    listed = accounts(
        tmp_path,
        f"""
        [keys."sk-a"]
        organization = "acme"
        [keys."sk-b"]
        organization = "acme"
        budget_usd = 1
        [organizations.acme]
        limits = "{limits(tmp_path, "big", 90)}"
        budget_usd = 5
        """,
    )
    first, second = listed.of("sk-a"), listed.of("sk-b")
    assert first.pools("m", USUAL) == second.pools("m", USUAL)
    (pool,) = first.pools("m", USUAL)
    assert (pool.limits, pool.hint) == (PoolLimits(rpm=90), "from big")
    assert first.policy(USUAL).charge == "max_of"
    assert first.account.organization == "acme"
    assert first.account.organization_id.startswith("org-")
    assert first.account.fingerprint != second.account.fingerprint
    assert [budget.usd for budget in first.budgets] == [5]
    assert [budget.usd for budget in second.budgets] == [1, 5]
    assert Budget(second.account.organization_id, 5) in first.budgets


def test_a_key_with_limits_has_buckets_of_its_own(tmp_path: Path) -> None:
    listed = accounts(
        tmp_path,
        f"""
        [keys."sk-a"]
        organization = "acme"
        limits = "{limits(tmp_path, "own", 3)}"
        [keys."sk-b"]
        organization = "acme"
        [keys."sk-c"]
        limits = "off"
        """,
    )
    (own,) = listed.of("sk-a").pools("m", USUAL)
    (shared,) = listed.of("sk-b").pools("m", USUAL)
    assert (own.limits, shared.limits) == (PoolLimits(rpm=3), PoolLimits(rpm=7))
    assert own.name != shared.name
    assert own.whose == shared.whose
    assert listed.of("sk-c").pools("m", USUAL) == ()


def test_the_limits_of_a_project_come_on_top_of_its_organisations(tmp_path: Path) -> None:
    listed = accounts(
        tmp_path,
        f"""
        [keys."sk-a"]
        organization = "acme"
        project = "search"
        [projects.search]
        limits = "{limits(tmp_path, "small", 2)}"
        budget_usd = 0.5
        """,
    )
    member = listed.of("sk-a")
    organization, project = member.pools("m", USUAL)
    assert (organization.limits, project.limits) == (PoolLimits(rpm=7), PoolLimits(rpm=2))
    assert project.whose == f"project {member.account.project} organization {member.account.organization_id}"
    assert member.budgets == (Budget(member.account.project, 0.5),)


def test_names_that_are_ids_already_stay(tmp_path: Path) -> None:
    listed = accounts(tmp_path, '[keys."sk-a"]\norganization = "org-AbC"\nproject = "proj_x"\n')
    account = listed.of("sk-a").account
    assert (account.organization_id, account.project) == ("org-AbC", "proj_x")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[keys.sk-secret]\nlimit = 'tier1'", "keys.(the 1. key).limit: unknown key; did you mean 'limits'?"),
        ('[keys."sk-a b"]\n[keys."sk.secret"]\nbudget_usd = -1', "keys.(the 2. key).budget_usd: should be greater"),
        ("[keys.sk-secret]\nlimits = 'teir1'", "keys.(the 1. key).limits: teir1: "),
        ("[keys.sk-secret]\norganization = 'a b'", "keys.(the 1. key).organization: "),
        ("[keys.sk-secret]\n[organizations.acme]", "organizations.acme: no key has organization = 'acme'"),
        ("[keys.sk-secret]\n[projects.x]", "projects.x: no key has project = 'x'"),
        ("[keys.sk-secret]\norganization = 'x'\n[organizations.x]\nlimits = 'nope'", "organizations.x.limits: nope: "),
    ],
)
def test_a_wrong_file_is_told_in_one_line_that_names_no_key(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ProfileError) as caught:
        accounts(tmp_path, text)
    assert message in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)
