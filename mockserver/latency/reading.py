"""From a latency file to the values that draws are made from."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

from msgspec.structs import replace

from profiles.errors import ProfileError
from profiles.files import locate, read_toml
from profiles.schema import latency as schema
from profiles.schema.latency import LatencyFile, LatencyTable
from profiles.schema.reading import Envelope, validated

from .bursts import Bursts, Late
from .distributions import distribution_of, number_or_distribution
from .engine import EngineFigures
from .model import ModelLatency, Slow, Stall
from .slowdown import Chances, Incidents, Noise, Slowdown

_MOST_LAYERS: Final = 8
_MINUTE_S: Final = 60.0
_HOUR_S: Final = 3600.0
COUNT_BESIDE_AN_ENGINE: Final = frozenset({"first_byte_lead_ms", "reply_tokens"})
"""Keys of a model that an engine leaves to it."""
_TO_BE_STATED: Final = ("slots", "queue", "step_ms")

T = TypeVar("T", bound=Envelope)


def read_file(name_or_path: str) -> tuple[Path, LatencyFile]:
    """The file of a name or path as it is. Raises ProfileError when it cannot be used."""
    path = locate("latency", name_or_path)
    return path, validated(LatencyFile, str(path), read_toml(path))


def resolved(source: str, file: LatencyFile) -> LatencyFile:
    """A file laid over those that it extends; `source` is what errors call it.

    A key that a model's table of the lower file states is kept until a table of that model states it anew. Raises
    ProfileError.
    """
    layers = [file]
    while layers[-1].extends is not None:
        if len(layers) == _MOST_LAYERS:
            raise ProfileError(
                source, "extends", f"more than {_MOST_LAYERS} profiles on top of each other, or a circle"
            )
        try:
            _, below = read_file(layers[-1].extends)
        except ProfileError as error:
            raise ProfileError(source, "extends", str(error)) from None
        layers.append(below)
    _refuse_what_does_not_count(source, layers)
    whole = layers.pop()
    while layers:
        whole = _laid_over(whole, layers.pop())
    return whole


def _laid_over(below: LatencyFile, above: LatencyFile) -> LatencyFile:
    models = dict(below.models)
    for name, table in above.models.items():
        models[name] = _with_keys_of(models.get(name, LatencyTable()), table)
    return LatencyFile.model_construct(
        description=above.description,
        default=_with_keys_of(below.default, above.default),
        models=models,
        slowdown=_one_over_the_other(below.slowdown, above.slowdown),
        engine=_one_over_the_other(below.engine, above.engine),
    )


def _one_over_the_other(below: T | None, above: T | None) -> T | None:
    if below is None or above is None:
        return below if above is None else above
    return below.model_copy(update={key: getattr(above, key) for key in above.model_fields_set})


def _refuse_what_does_not_count(source: str, layers: Sequence[LatencyFile]) -> None:
    """Raise ProfileError for a key that says when tokens come in, or above, a file whose engine says it."""
    lowest = max((place for place, file in enumerate(layers) if file.engine is not None), default=-1)
    for place, file in enumerate(layers[: lowest + 1]):
        tables = {"default": file.default, **{f"models.{name}": table for name, table in file.models.items()}}
        for where, table in tables.items():
            idle = [key for key in LatencyTable.model_fields if key in table.model_fields_set - COUNT_BESIDE_AN_ENGINE]
            if idle:
                key = f"{where}.{idle[0]}"
                why = "has no effect beside an [engine], which says when tokens come; take it out"
                raise ProfileError(source, "extends", f"{key} of it {why}") if place else ProfileError(source, key, why)


def _with_keys_of(below: LatencyTable, above: LatencyTable) -> LatencyTable:
    stated = {key: getattr(above, key) for key in above.model_fields_set}
    if "ttft_residual" in stated:
        stated = {"ttft_sigma": None, "ttft_slow": None, **stated}
    elif {"ttft_sigma", "ttft_slow"} & stated.keys():
        stated = {"ttft_residual": None, **stated}
    return below.model_copy(update=stated)


def with_table(latency: ModelLatency, table: LatencyTable) -> ModelLatency:
    """`latency` with the keys that the table states."""
    stated = {key: value for key in table.model_fields_set if (value := getattr(table, key)) is not None}
    if "ttft_residual" in stated:
        latency = replace(latency, ttft_sigma=0.0, ttft_slow=None)
    elif stated.keys() & {"ttft_sigma", "ttft_slow"}:
        latency = replace(latency, ttft_residual=None)
    return replace(latency, **{key: _READ[key](value) if key in _READ else value for key, value in stated.items()})


def engine_of(source: str, table: schema.EngineTable) -> EngineFigures:
    """The engine that a file describes, which errors call `source`. Raises ProfileError when a figure is missing."""
    for key in _TO_BE_STATED:
        if getattr(table, key) is None:
            raise ProfileError(source, f"engine.{key}", "is missing")
    return EngineFigures(**table.model_dump())


def slowdown_of(table: schema.SlowdownTable, chances: Chances) -> Slowdown:
    """The slow-downs that a file describes."""
    return Slowdown(
        hours=tuple(table.hours or ()),
        utc_offset_s=table.utc_offset_h * _HOUR_S,
        weekend=table.weekend,
        noise=None if table.noise is None else _noise(table.noise, chances),
        incidents=None if table.incidents is None else _incidents(table.incidents, chances),
    )


def _noise(table: schema.NoiseTable, chances: Chances) -> Noise:
    return Noise(chances, table.sigma, table.time_constant_min * _MINUTE_S)


def _incidents(table: schema.IncidentsTable, chances: Chances) -> Incidents:
    duration_min, factor = number_or_distribution(table.duration_min), number_or_distribution(table.factor)
    return Incidents(chances, table.every_h * _HOUR_S, duration_min, factor)


def _bursts(table: schema.BurstsTable) -> Bursts:
    size, late = table.tokens, table.late
    least, most = (size, size) if isinstance(size, int) else (size.min, size.max)
    return Bursts(
        least,
        most,
        table.sigma,
        None if late is None else Late(late.share, late.scale, late.alpha),
        None if table.filter_ms is None else number_or_distribution(table.filter_ms),
    )


def _reply_tokens(value: Any) -> Any:
    return value if isinstance(value, int | str) else distribution_of(value)


_READ: Final[dict[str, Any]] = {
    "ttft_base_ms": number_or_distribution,
    "ttft_slow": lambda table: Slow(table.share, table.factor, table.sigma),
    "ttft_residual": distribution_of,
    "itl_ms": number_or_distribution,
    "bursts": _bursts,
    "long_context_stall": lambda table: Stall(
        table.above_prompt_tokens, table.share, number_or_distribution(table.pause_ms)
    ),
    "reply_tokens": _reply_tokens,
}
"""How the values of keys are read that are no plain numbers."""
