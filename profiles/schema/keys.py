"""--keys FILE: the API keys that the mock server accepts, and whose they are."""

from typing import Annotated, Literal

from pydantic import Field

from .reading import Envelope

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class OwnerTable(Envelope):
    """What may be used and spent."""

    limits: str | None = None
    """A limits profile, by name or path, of its own buckets; "off" is none."""
    budget_usd: Annotated[float, Field(ge=0)] | None = None
    """What may be spent in all, at list prices; then every request is out of quota."""
    verified: bool = True
    """Whether reasoning models may be streamed, which takes an organisation that has shown who it is."""


class KeyTable(OwnerTable):
    """One `[keys."sk-..."]` table; a key without an organisation is its own, one with `limits` has its own buckets."""

    refused: Literal["scopes", "region"] | None = None
    """Why the gateway turns every request away: a key without the right to ask, a caller from a wrong country."""
    organization: Name | None = None
    project: Name | None = None
    rtt_ms: Annotated[float, Field(ge=0, le=60_000)] | None = None
    """How far away who asks with it is, in place of --rtt-ms: every answer comes so much later."""


class KeysFile(Envelope):
    """The accepted keys, and what their organisations and projects share.

    Without such a file every non-empty key is accepted. The limits of a project come on top of its organisation's.
    """

    keys: dict[str, KeyTable]
    organizations: dict[str, OwnerTable] = {}
    projects: dict[str, OwnerTable] = {}
