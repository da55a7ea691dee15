"""Latency profiles: which model has which latency, from a TOML file and the overrides of the command line."""

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from profiles.catalogue import ModelFacts
from profiles.files import locate, read_toml
from profiles.schema import LatencyFile, LatencyTable, validated

from ..reply.reply import Length
from .cadence import Cadence
from .draws import Numbers
from .engine import EngineFigures
from .model import ModelLatency

_SNAPSHOT_DATE = re.compile(r"-(\d{4}-\d{2}-\d{2}|\d{4})$")


@dataclass(frozen=True, slots=True)
class LatencyProfile:
    """How long everything takes and how much is said, by model; `name` is that of the file.

    Where there is an `engine`, it decides how long everything takes, and the models how much is said.
    """

    name: str
    default: ModelLatency
    models: Mapping[str, ModelLatency]
    engine: EngineFigures | None = None

    @classmethod
    def from_file(
        cls,
        name_or_path: str,
        *,
        ttft_ms: float | None = None,
        itl_ms: float | None = None,
        reply_tokens: int | Literal["fill"] | None = None,
    ) -> "LatencyProfile":
        """The profile of that name or path.

        An override is exact and for every model: slope and spread of what it replaces go with it. Raises ProfileError
        when the file cannot be used.
        """
        path = locate("latency", name_or_path)
        file = validated(LatencyFile, str(path), read_toml(path))
        return cls.of_file(path.stem, file, **_overrides(ttft_ms, itl_ms, reply_tokens))

    @classmethod
    def of_file(cls, name: str, file: LatencyFile, **overrides: Any) -> "LatencyProfile":
        """The profile that a file, or what has its form, describes, with these values of every `ModelLatency`."""
        default = _with(ModelLatency(), file.default)
        return cls(
            name=name,
            default=dataclasses.replace(default, **overrides),
            models={
                model: dataclasses.replace(_with(default, table), **overrides) for model, table in file.models.items()
            },
            engine=None if file.engine is None else EngineFigures(**file.engine.model_dump()),
        )

    def of(self, facts: ModelFacts) -> ModelLatency:
        """The latency of a model: by its own name, its pool's (snapshots), its base's (fine-tunes), or the default."""
        base = facts.name.split(":")[1] if facts.name.startswith("ft:") else facts.pool
        for name in (facts.name, base, _SNAPSHOT_DATE.sub("", base)):
            if name in self.models:
                return self.models[name]
        return self.default

    def length(self, facts: ModelFacts, cap: int | None, numbers: Numbers) -> Length:
        """How long a reply of this model is; `cap` is the request's limit in tokens, None when it set none."""
        return self.of(facts).length(cap, facts.max_output_tokens, numbers)

    def cadence(self, facts: ModelFacts, prompt_tokens: int, completion_tokens: int, numbers: Numbers) -> Cadence:
        """When a reply of this model leaves, token by token."""
        return self.of(facts).cadence(prompt_tokens, completion_tokens, numbers)

    def describe(self) -> str:
        """The profile in one line, for a person: its name, its default, and how many models differ from it."""
        if self.engine is not None:
            return f"{self.name} ({self.engine})"
        own = sum(latency != self.default for latency in self.models.values())
        return f"{self.name} ({self.default}{f'; {own} models with their own figures' if own else ''})"


def _with(latency: ModelLatency, table: LatencyTable) -> ModelLatency:
    """`latency` with the keys that the table states."""
    return dataclasses.replace(latency, **{key: getattr(table, key) for key in table.model_fields_set})


def _overrides(
    ttft_ms: float | None, itl_ms: float | None, reply_tokens: int | Literal["fill"] | None
) -> dict[str, Any]:
    stated: dict[str, Any] = {}
    if ttft_ms is not None:
        stated |= {"ttft_base_ms": ttft_ms, "ttft_per_prompt_token_us": 0.0, "ttft_sigma": 0.0}
    if itl_ms is not None:
        stated |= {"itl_ms": itl_ms, "itl_sigma": 0.0}
    if reply_tokens is not None:
        stated["reply_tokens"] = reply_tokens
    return stated
