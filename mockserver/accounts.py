"""Whose a key is: which buckets its requests are debited from, and whose money they spend."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal, Self

import msgspec

from profiles.errors import ProfileError
from profiles.files import read_toml
from profiles.schema.keys import KeysFile, KeyTable, OwnerTable
from profiles.schema.reading import validated

from .limits import Budget, LimitsPolicy, Pool
from .wire.account import Account, account_of

_MOST_STRANGERS: Final = 10_000
"""Keys nobody listed, remembered; another one is made up anew, the same as before."""


class Owner(msgspec.Struct, frozen=True):
    """Something with buckets: their name, what refusals call it, and the limits.

    `policy` is None where the server's own limits count, which may change.
    """

    name: str
    whose: str
    policy: LimitsPolicy | None = None


class Member(msgspec.Struct, frozen=True):
    """Who asks with a key: the names that answers show, the owners whose limits all have to admit, and budgets.

    `refused` is why the gateway turns the key away, `verified` whether reasoning models may be streamed, `rtt_ms` how
    far away they are, None for as far as everybody.
    """

    account: Account
    owners: tuple[Owner, ...]
    budgets: tuple[Budget, ...] = ()
    refused: Literal["scopes", "region"] | None = None
    verified: bool = True
    rtt_ms: float | None = None

    def pools(self, model_pool: str, usual: LimitsPolicy) -> tuple[Pool, ...]:
        """The buckets of a model pool that a request is debited from; `usual` are the server's own limits."""
        pools = []
        for owner in self.owners:
            policy = owner.policy or usual
            limits = policy.for_pool(model_pool)
            if limits is not None:
                pools.append(Pool(f"{owner.name}/{model_pool}", limits, owner.whose, policy.hint))
        return tuple(pools)

    def policy(self, usual: LimitsPolicy) -> LimitsPolicy:
        """Whose way of charging counts."""
        return self.owners[0].policy or usual


class Accounts(msgspec.Struct, frozen=True):
    """The owners of all keys; `listed` is None when every key is accepted."""

    listed: Mapping[str, Member] | None = None
    _strangers: dict[str, Member] = msgspec.field(default_factory=dict)

    @classmethod
    def from_file(cls, path: Path | None) -> Self:
        """The accounts of a keys file; without one, every key is its own organisation.

        Raises ProfileError when the file, or a limits profile that it names, cannot be used.
        """
        if path is None:
            return cls()
        raw = read_toml(path)
        try:
            file = validated(KeysFile, str(path), raw)
        except ProfileError as error:
            raise ProfileError(str(path), _without_keys(error.key, raw), error.why) from None
        _check_owners(str(path), file)
        policies = _policies(str(path), file)
        return cls({key: _member(key, table, file, policies) for key, table in file.keys.items()})

    def accepts(self, key: str) -> bool:
        """Whether requests with this key are let in."""
        return self.listed is None or key in self.listed

    def of(self, key: str) -> Member:
        """Who asks with this key, accepted or not."""
        member = self.listed.get(key) if self.listed is not None else None
        if member is None:
            member = self._strangers.get(key)
        if member is None:
            account = account_of(key)
            member = Member(account, (Owner(account.organization_id, _organization(account)),))
            if len(self._strangers) >= _MOST_STRANGERS:
                self._strangers.clear()
            self._strangers[key] = member
        return member


def _member(key: str, table: KeyTable, file: KeysFile, policies: Mapping[str, LimitsPolicy]) -> Member:
    account = account_of(key, table.organization, table.project)
    organization = file.organizations.get(table.organization or "", OwnerTable())
    project = file.projects.get(table.project or "", OwnerTable())
    whose = _organization(account)
    if table.limits is not None:
        owners = [Owner(f"key-{account.fingerprint}", whose, policies[table.limits])]
    else:
        owners = [Owner(account.organization_id, whose, policies.get(organization.limits or ""))]
    if project.limits is not None:
        owners.append(Owner(account.project, f"project {account.project} {whose}", policies[project.limits]))
    spenders = (
        (f"key-{account.fingerprint}", table.budget_usd),
        (account.organization_id, organization.budget_usd),
        (account.project, project.budget_usd),
    )
    return Member(
        account,
        tuple(owners),
        tuple(Budget(name, usd) for name, usd in spenders if usd is not None),
        table.refused,
        verified=table.verified and organization.verified and project.verified,
        rtt_ms=table.rtt_ms,
    )


def _organization(account: Account) -> str:
    return f"organization {account.organization_id}"


def _check_owners(path: str, file: KeysFile) -> None:
    """Nobody describes an organisation or a project that no key belongs to, but for a typing error."""
    used = {
        "organizations": {table.organization for table in file.keys.values()},
        "projects": {table.project for table in file.keys.values()},
    }
    for kind, described in (("organizations", file.organizations), ("projects", file.projects)):
        for name in described:
            if name not in used[kind]:
                raise ProfileError(path, f"{kind}.{name}", f"no key has {kind[:-1]} = {name!r}")


def _without_keys(where: str, raw: Mapping[str, Any]) -> str:
    """A place in a keys file without the key in it, which is a secret: it is told by its number."""
    keys = raw.get("keys")
    for number, key in enumerate(keys if isinstance(keys, dict) else (), start=1):
        for written in (f"keys.{key}", f'keys."{key}"'):
            where = where.replace(written, f"keys.(the {number}. key)")
    return where


def _policies(path: str, file: KeysFile) -> dict[str, LimitsPolicy]:
    """Every limits profile that is named, read once."""
    policies: dict[str, LimitsPolicy] = {}
    for kind, tables in (("keys", file.keys), ("organizations", file.organizations), ("projects", file.projects)):
        for name, table in tables.items():
            if table.limits is not None and table.limits not in policies:
                try:
                    policies[table.limits] = LimitsPolicy.from_file(table.limits)
                except ProfileError as error:
                    where = _without_keys(f"{kind}.{name}.limits", {"keys": file.keys})
                    raise ProfileError(path, where, str(error)) from None
    return policies
