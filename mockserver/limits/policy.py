"""Which limits a model pool has: a limits profile, read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from profiles.files import locate, read_toml
from profiles.schema import LimitsFile, LimitsTable, validated

from .decision import PoolLimits

OFF = "off"


@dataclass(frozen=True, slots=True)
class LimitsPolicy:
    """The limits of every pool; a pool without limits has None."""

    name: str
    default: PoolLimits | None
    pools: Mapping[str, PoolLimits | None]

    @classmethod
    def off(cls) -> Self:
        """No limits at all."""
        return cls(OFF, None, {})

    @classmethod
    def from_file(cls, name_or_path: str) -> Self:
        """The policy of a shipped profile or a file; the word "off" is no file but no limits.

        Raises ProfileError when the file cannot be used.
        """
        if name_or_path == OFF:
            return cls.off()
        path = locate("limits", name_or_path)
        file = validated(LimitsFile, name_or_path, read_toml(path))
        return cls(path.stem, _limits(file.default), {pool: _limits(table) for pool, table in file.models.items()})

    def for_pool(self, pool: str) -> PoolLimits | None:
        """The limits of a model pool, None when it has none."""
        return self.pools.get(pool, self.default)

    def describe(self) -> str:
        """For the start line."""
        return f"limits {self.name}"


def _limits(table: LimitsTable) -> PoolLimits | None:
    return None if table.rpm is None and table.tpm is None else PoolLimits(table.rpm, table.tpm)
