"""Model facts: which names resolve to which snapshot, tokenizer, sizes and prices."""

import datetime
import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec
from pydantic import Field

from .errors import ProfileError
from .files import read_toml
from .images import TILES, ImagePrice
from .schema.reading import Envelope, validated

_SHIPPED = Path(__file__).parent / "models.toml"
FALLBACK_ENCODING: Final = "o200k_base"
_EFFORTS: Final = ("low", "medium", "high")
_REFUSES: Final = ("max_tokens", "stop", "logprobs", "top_logprobs", "logit_bias")

Overflow = Literal["messages", "request", "input"]
"""How a context overflow is told: by the messages, by messages and completion together, or as the gpt-5 class does."""


class ModelFacts(msgspec.Struct, frozen=True):
    """What is known about one model.

    `name` is its name in requests and in limit messages, `snapshot` what answers call it, `pool` the limits pool that
    it shares with its snapshots. Prices are USD per million tokens, None where not known. models.toml
    explains the rest.
    """

    name: str
    snapshot: str
    pool: str
    encoding: str = FALLBACK_ENCODING
    context_tokens: int = 128_000
    max_output_tokens: int = 16_384
    input_usd_per_mtok: float | None = None
    cached_usd_per_mtok: float | None = None
    output_usd_per_mtok: float | None = None
    priced_on: datetime.date | None = None
    reasoning: bool = False
    efforts: tuple[str, ...] = ()
    refuses: tuple[str, ...] = ()
    refused_roles: tuple[str, ...] = ()
    speaks: bool = False
    searches: bool = False
    overflow: Overflow = "messages"
    retired: bool = False
    image_price: ImagePrice = TILES
    answer_extra_tokens: int = 0
    reasoning_step_tokens: int = 64
    caches_exactly: bool = False
    fingerprint: bool = False
    created: int = 1706745600
    owned_by: str = "system"
    aliases: tuple[str, ...] = ()

    @property
    def is_priced(self) -> bool:
        """Whether what it costs is known."""
        return self.input_usd_per_mtok is not None and self.output_usd_per_mtok is not None


class _ModelTable(Envelope):
    snapshot: str | None = None
    aliases: list[str] = []
    pool: str | None = None
    encoding: Literal["o200k_base", "cl100k_base"] = FALLBACK_ENCODING
    context_tokens: Annotated[int, Field(ge=1)] = 128_000
    max_output_tokens: Annotated[int, Field(ge=1)] = 16_384
    input_usd_per_mtok: Annotated[float, Field(ge=0)] | None = None
    cached_usd_per_mtok: Annotated[float, Field(ge=0)] | None = None
    output_usd_per_mtok: Annotated[float, Field(ge=0)] | None = None
    reasoning: bool = False
    efforts: list[str] | None = None
    refuses: list[str] | None = None
    refused_roles: list[str] = []
    speaks: bool = False
    searches: bool = False
    overflow: Overflow = "messages"
    retired: bool = False
    image_base_tokens: Annotated[int, Field(ge=0)] = 85
    image_tile_tokens: Annotated[int, Field(ge=0)] = 170
    image_patch_factor: Annotated[float, Field(gt=0)] | None = None
    answer_extra_tokens: Annotated[int, Field(ge=0)] = 0
    reasoning_step_tokens: Annotated[int, Field(ge=1)] = 64
    caches_exactly: bool = False
    fingerprint: bool = False
    created: int = 1706745600
    owned_by: str = "system"


class _ModelsFile(Envelope):
    priced_on: datetime.date | None = None
    models: dict[str, _ModelTable]


_AS_THEY_ARE: Final = frozenset(
    {
        "encoding",
        "context_tokens",
        "max_output_tokens",
        "input_usd_per_mtok",
        "cached_usd_per_mtok",
        "output_usd_per_mtok",
        "reasoning",
        "speaks",
        "searches",
        "overflow",
        "retired",
        "answer_extra_tokens",
        "reasoning_step_tokens",
        "caches_exactly",
        "fingerprint",
        "created",
        "owned_by",
    }
)
"""Keys of a table that are facts without more ado."""


class Catalogue(msgspec.Struct, frozen=True):
    """The models by every name that means one.

    With `any_model` an unknown name is a model too, with the default facts and a pool of its own. `price_as` is the
    model at whose price those count whose own is not known: deployments, for example, which may be called anything.
    """

    by_name: Mapping[str, ModelFacts]
    any_model: bool = False
    price_as: ModelFacts | None = None

    def priced_as(self, model: str | None) -> "Catalogue":
        """The same with that model as `price_as`. Raises ValueError, with one line, for one without a known price."""
        if model is None:
            return self
        facts = self.resolve(model)
        if facts is None or not facts.is_priced:
            near = difflib.get_close_matches(model, [one.name for one in self if one.is_priced], n=1)
            hint = f"did you mean {near[0]!r}?" if near else "write one of profiles/models.toml, such as gpt-4o-mini"
            raise ValueError(f"the price of {model!r} is not known; {hint}")
        return msgspec.structs.replace(self, price_as=facts)

    def priced(self, name: str) -> ModelFacts | None:
        """The facts for a requested name by which its tokens count and what they cost; as `resolve` does otherwise."""
        facts, other = self.resolve(name), self.price_as
        if other is None or (facts is not None and facts.is_priced):
            return facts
        if facts is None:
            return msgspec.structs.replace(other, name=name, snapshot=name, pool=name)
        return msgspec.structs.replace(
            facts,
            input_usd_per_mtok=other.input_usd_per_mtok,
            cached_usd_per_mtok=other.cached_usd_per_mtok,
            output_usd_per_mtok=other.output_usd_per_mtok,
            priced_on=other.priced_on,
        )

    def resolve(self, name: str) -> ModelFacts | None:
        """The facts for a requested name, or None.

        A dated snapshot or alias is served under its own name but shares the pool; a fine-tuned name
        (`ft:BASE:org:suffix:id`) has its base's facts and is served under its own name.
        """
        facts = self.by_name.get(name)
        if facts is not None:
            return facts
        if name.startswith("ft:"):
            base = self.by_name.get(name.split(":")[1])
            if base is not None:
                return msgspec.structs.replace(base, name=name, snapshot=name, pool=name)
        return ModelFacts(name=name, snapshot=name, pool=name) if self.any_model and name else None

    def __iter__(self) -> Iterator[ModelFacts]:
        return iter(self.by_name.values())


def load_catalogue(extra: Path | None = None, *, any_model: bool = False) -> Catalogue:
    """The shipped catalogue, with the models of `extra` (the form of models.toml) added to or replacing its own.

    Raises ProfileError when `extra` cannot be used.
    """
    by_name: dict[str, ModelFacts] = {}
    for path in [_SHIPPED] if extra is None else [_SHIPPED, extra]:
        file = validated(_ModelsFile, str(path), read_toml(path))
        for name, table in file.models.items():
            if not name:
                raise ProfileError(str(path), 'models.""', "a model needs a name")
            by_name.update(_entries(name, table, file.priced_on))
    return Catalogue(by_name, any_model)


def _or_usual(stated: list[str] | None, usual: tuple[str, ...], reasoning: bool) -> tuple[str, ...]:
    """What a table states, or what models of its kind have."""
    if stated is not None:
        return tuple(stated)
    return usual if reasoning else ()


def _entries(name: str, table: _ModelTable, priced_on: datetime.date | None) -> Iterator[tuple[str, ModelFacts]]:
    """The facts of one table under its name, its snapshot and its aliases; the latter answer as themselves."""
    facts = ModelFacts(
        name=name,
        snapshot=table.snapshot or name,
        pool=table.pool or name,
        priced_on=priced_on,
        aliases=tuple(table.aliases),
        image_price=ImagePrice(table.image_base_tokens, table.image_tile_tokens, table.image_patch_factor),
        efforts=_or_usual(table.efforts, _EFFORTS, table.reasoning),
        refuses=_or_usual(table.refuses, _REFUSES, table.reasoning),
        refused_roles=tuple(table.refused_roles),
        **table.model_dump(include=set(_AS_THEY_ARE)),
    )
    yield name, facts
    for other in dict.fromkeys((facts.snapshot, *table.aliases)):
        if other != name:
            yield other, msgspec.structs.replace(facts, name=other, snapshot=other)
