"""Who a key belongs to, as the API names them in headers and messages."""

from hashlib import blake2b
from random import Random

import msgspec

from .ids import alphanumeric


class Account(msgspec.Struct, frozen=True):
    """The owner of a key.

    `organization` is the slug of the openai-organization header, `organization_id` (`org-...`) the name in error
    messages, `project` is `proj_...`, `fingerprint` a digest that tells keys apart without revealing them.
    """

    fingerprint: str
    organization: str
    organization_id: str
    project: str


def account_of(key: str, organization: str | None = None, project: str | None = None) -> Account:
    """The account of a key: made up, but the same whenever the key is the same.

    The names of an organisation and a project, where they are known, become the same ids for every key; a name that is
    an id already stays.
    """
    digest = blake2b(key.encode(), digest_size=16)
    rng = Random(int.from_bytes(digest.digest()))
    slug, organization_id = f"user-{alphanumeric(24, rng).lower()}", f"org-{alphanumeric(24, rng)}"
    project_id = f"proj_{alphanumeric(24, rng)}"
    return Account(
        fingerprint=digest.hexdigest()[:12],
        organization=slug if organization is None else organization.lower(),
        organization_id=organization_id if organization is None else _id("org-", organization),
        project=project_id if project is None else _id("proj_", project),
    )


def _id(prefix: str, name: str) -> str:
    if name.startswith(prefix):
        return name
    return prefix + alphanumeric(24, Random(int.from_bytes(blake2b(name.encode(), digest_size=16).digest())))
