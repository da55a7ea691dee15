"""Latency profiles: which model has which latency, from a TOML file and the overrides of the command line."""

import re
from collections.abc import Mapping
from typing import Literal

import msgspec

from profiles.catalogue import ModelFacts
from profiles.errors import ProfileError
from profiles.schema.latency import LatencyFile

from ..reply.reply import Length
from .cadence import Cadence
from .draws import Numbers
from .engine import EngineFigures
from .model import ModelLatency
from .reading import engine_of, read_file, resolved, slowdown_of, with_table
from .slowdown import Chances, Slowdown

_SNAPSHOT_DATE = re.compile(r"-(\d{4}-\d{2}-\d{2}|\d{4})$")


class LatencyProfile(msgspec.Struct, frozen=True):
    """How long everything takes and how much is said, by model; `name` is that of the file.

    Where there is an `engine`, it decides how long everything takes, and the models how much is said.
    """

    name: str
    default: ModelLatency
    models: Mapping[str, ModelLatency]
    engine: EngineFigures | None = None
    slowdown: Slowdown | None = None

    @classmethod
    def from_file(
        cls,
        name_or_path: str,
        chances: Chances | None = None,
        *,
        ttft_ms: float | None = None,
        itl_ms: float | None = None,
        reply_tokens: int | Literal["fill"] | None = None,
    ) -> "LatencyProfile":
        """The profile of that name or path; `chances` are what its slow-downs are drawn from, without there are none.

        An override is exact and for every model: slope, spread and bursts of what it replaces go with it. Raises
        ProfileError when the file cannot be used, or has an engine that says what is to be replaced.
        """
        path, file = read_file(name_or_path)
        profile = cls.of_file(path.stem, str(path), file, chances)
        if profile.engine is not None and (ttft_ms is not None or itl_ms is not None):
            why = "says when tokens come: leave --ttft-ms and --itl-ms out, or give another --latency"
            raise ProfileError(str(path), "engine", why)
        return profile._exactly(ttft_ms, itl_ms, reply_tokens)

    @classmethod
    def of_file(cls, name: str, source: str, file: LatencyFile, chances: Chances | None = None) -> "LatencyProfile":
        """The profile that a file, or what has its form, describes; `source` is what errors call it."""
        file = resolved(source, file)
        default = with_table(ModelLatency(), file.default)
        return cls(
            name=name,
            default=default,
            models={model: with_table(default, table) for model, table in file.models.items()},
            slowdown=None if file.slowdown is None or chances is None else slowdown_of(file.slowdown, chances),
            engine=None if file.engine is None else engine_of(source, file.engine),
        )

    def _exactly(
        self, ttft_ms: float | None, itl_ms: float | None, reply_tokens: int | Literal["fill"] | None
    ) -> "LatencyProfile":
        return msgspec.structs.replace(
            self,
            default=self.default.exactly(ttft_ms, itl_ms, reply_tokens),
            models={model: latency.exactly(ttft_ms, itl_ms, reply_tokens) for model, latency in self.models.items()},
        )

    def of(self, facts: ModelFacts) -> ModelLatency:
        """The latency of a model: by its own name, its pool's (snapshots), its base's (fine-tunes), or the default."""
        name = self.table_of(facts)
        return self.default if name is None else self.models[name]

    def table_of(self, facts: ModelFacts) -> str | None:
        """The name of the model whose table says it, None for the default."""
        if not self.models:
            return None
        base = facts.name.split(":")[1] if facts.name.startswith("ft:") else facts.pool
        for name in (facts.name, base):
            if name in self.models:
                return name
        undated = _SNAPSHOT_DATE.sub("", base)
        return undated if undated in self.models else None

    def length(self, facts: ModelFacts, cap: int | None, numbers: Numbers) -> Length:
        """How long a reply of this model is; `cap` is the request's limit in tokens, None when it set none."""
        return self.of(facts).length(cap, facts.max_output_tokens, numbers)

    def cadence(
        self,
        facts: ModelFacts,
        prompt_tokens: int,
        completion_tokens: int,
        numbers: Numbers,
        *,
        cached_tokens: int = 0,
        hidden_tokens: int = 0,
        at: float | None = None,
    ) -> Cadence:
        """When a reply of this model leaves, token by token; `at` are the simulated epoch seconds of the request."""
        slowdown = 1.0 if self.slowdown is None or at is None else self.slowdown.at(at)
        return self.of(facts).cadence(
            prompt_tokens,
            completion_tokens,
            numbers,
            cached_tokens=cached_tokens,
            hidden_tokens=hidden_tokens,
            slowdown=slowdown,
        )

    def describe(self) -> str:
        """The profile in one line, for a person: its name, its default, and how many models differ from it."""
        if self.engine is not None:
            return f"{self.name} ({self.engine})"
        own = sum(latency != self.default for latency in self.models.values())
        return f"{self.name} ({self.default}{f'; {own} models with their own figures' if own else ''})"
