"""Which limits a model pool has, and what is charged to them: a limits profile, read."""

from collections.abc import Mapping
from typing import Final, Self

import msgspec

from profiles.files import locate, read_toml
from profiles.schema.limits import ChargeMode, LimitsFile, LimitsTable
from profiles.schema.reading import validated

from .claim import PoolLimits

OFF: Final = "off"


class LimitsPolicy(msgspec.Struct, frozen=True):
    """The limits of every pool; a pool without limits has None.

    `charge` is what a request costs in tokens; `settle`: whether the difference to its real usage follows; `hint` is
    what refusals say at their end.
    """

    name: str
    default: PoolLimits | None
    pools: Mapping[str, PoolLimits | None] = msgspec.field(default_factory=dict)
    charge: ChargeMode = "prompt_estimate"
    settle: bool = False
    hint: str = ""

    @classmethod
    def off(cls) -> Self:
        """No limits at all."""
        return cls(OFF, None)

    @classmethod
    def from_file(cls, name_or_path: str) -> Self:
        """The policy of a shipped profile or a file; the word "off" is no file but no limits.

        Raises ProfileError when the file cannot be used.
        """
        if name_or_path == OFF:
            return cls.off()
        path = locate("limits", name_or_path)
        return cls.of(path.stem, validated(LimitsFile, name_or_path, read_toml(path)))

    @classmethod
    def of(cls, name: str, file: LimitsFile) -> Self:
        """The policy that a file, or what has its form, describes."""
        return cls(
            name,
            _limits(file.default, file),
            {pool: _limits(table, file) for pool, table in file.models.items()},
            file.charge,
            file.settle,
            file.hint,
        )

    def for_pool(self, pool: str) -> PoolLimits | None:
        """The limits of a model pool, None when it has none."""
        return self.pools.get(pool, self.default)

    def describe(self) -> str:
        """For the start line."""
        return f"limits {self.name}"


def _limits(table: LimitsTable, file: LimitsFile) -> PoolLimits | None:
    limits = PoolLimits(
        rpm=table.rpm,
        tpm=table.tpm,
        rpd=table.rpd,
        tpd=table.tpd,
        concurrent=table.concurrent,
        slice_s=file.slice_s,
        refused_debits=file.refused_debits,
    )
    return limits if limits.any else None
