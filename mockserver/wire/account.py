"""Who a key belongs to, as the API names them in headers and messages."""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from random import Random

from .ids import alphanumeric


@dataclass(frozen=True, slots=True)
class Account:
    """The owner of a key.

    `organization` is the slug of the openai-organization header, `organization_id` (`org-...`) the name in error
    messages, `project` is `proj_...`, `fingerprint` a digest that tells keys apart without revealing them.
    """

    fingerprint: str
    organization: str
    organization_id: str
    project: str


@lru_cache(maxsize=10_000)
def account_of(key: str) -> Account:
    """The account of a key: made up, but the same whenever the key is the same."""
    digest = blake2b(key.encode(), digest_size=16)
    rng = Random(int.from_bytes(digest.digest()))
    return Account(
        fingerprint=digest.hexdigest()[:12],
        organization=f"user-{alphanumeric(24, rng).lower()}",
        organization_id=f"org-{alphanumeric(24, rng)}",
        project=f"proj_{alphanumeric(24, rng)}",
    )
