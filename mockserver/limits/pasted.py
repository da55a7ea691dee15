"""A limits profile from pasted response headers, in whatever form a client or curl prints them."""

import re
from collections.abc import Callable, Iterator
from typing import Final

import msgspec

from profiles.errors import ProfileError

from ..wire.durations import seconds_of
from .bucket import DIMENSIONS, Dimension, Unit

_PAIR: Final = re.compile(
    r"""(?P<name>x-ratelimit-(?:limit|remaining|reset)-(?:requests|tokens)|openai-model|x-ms-deployment-name|"model")"""
    r"""['"]?\s*[:=,]\s*b?['"]?(?P<value>\d{1,3}(?:,\d{3})+(?!\d)|[^'",;\s)}\]]+)""",
    re.IGNORECASE,
)
_OF: Final[dict[Unit, tuple[Dimension, Dimension]]] = {"requests": ("rpm", "rpd"), "tokens": ("tpm", "tpd")}
_TRUNCATED_S: Final = 0.001
"""Resets are cut off below the millisecond."""
_ROUNDING: Final = 1e-6


class _Answer(msgspec.Struct):
    """What one answer showed."""

    model: str | None = None
    shown: dict[str, str] = msgspec.field(default_factory=dict)


class Seen(msgspec.Struct, frozen=True):
    """A limit, and the headers or the doubt behind it."""

    limit: int
    why: str


def limits_from_headers(file: str, text: str, pool_of: Callable[[str], str]) -> str:
    """The TOML of a limits profile with the limits that the answers in `text` show.

    `pool_of` is the limits pool of a model. An answer that names no model counts for all that are not named. Raises
    ProfileError, about `file`, when there are no such headers or they make no sense.
    """
    tables: dict[str | None, dict[Dimension, Seen]] = {}
    answers = [answer for answer in _answers(file, text) if answer.shown]
    for answer in answers:
        pool = None if answer.model is None else pool_of(answer.model)
        tables.setdefault(pool, {}).update(_limits(answer))
    if not any(tables.values()):
        why = "no x-ratelimit-limit-* headers in it; paste those of an answer, such as curl --include prints"
        raise ProfileError(file, "", why)
    number = f"{len(answers)} answers" if len(answers) > 1 else "one answer"
    lines = [f"# From the response headers of {number}.", "", 'description = "From response headers"']
    for pool, limits in tables.items():
        if limits:
            lines += ["", "[default]" if pool is None else f'[models."{pool}"]']
            lines += [f"{name} = {limits[name].limit:_}  # {limits[name].why}" for name in DIMENSIONS if name in limits]
    return "\n".join(lines) + "\n"


def _answers(file: str, text: str) -> Iterator[_Answer]:
    """The answers: a header that comes again begins another one. A body's model belongs to the headers before it."""
    answer = _Answer()
    for number, line in enumerate(text.splitlines(), start=1):
        for pair in _PAIR.finditer(line):
            name, value = pair["name"].lower().strip('"'), pair["value"].replace(",", "")
            if name == "model":
                if answer.shown and answer.model is None:
                    answer.model = value
                continue
            if name in answer.shown or (not name.startswith("x-ratelimit") and answer.shown):
                yield answer
                answer = _Answer()
            if not name.startswith("x-ratelimit"):
                answer.model = value
            else:
                _check(file, number, name, value)
                answer.shown[name] = value
    yield answer


def _check(file: str, line: int, name: str, value: str) -> None:
    where = f"line {line}"
    if "-reset-" in name:
        if _reset_s(value) is None:
            raise ProfileError(file, where, f"{name} should be a duration such as 120ms or 1m26.4s, not {value!r}")
    elif not value.isascii() or not value.isdigit() or (name.startswith("x-ratelimit-limit") and int(value) < 1):
        raise ProfileError(file, where, f"{name} should be a whole number, not {value!r}")


def _limits(answer: _Answer) -> Iterator[tuple[Dimension, Seen]]:
    for unit, candidates in _OF.items():
        limit, remaining, reset = (answer.shown.get(f"x-ratelimit-{what}-{unit}") for what in _PARTS)
        if limit is None:
            continue
        headers = ", ".join(
            f"{what} {value}" for what, value in zip(_PARTS, (limit, remaining, reset), strict=True) if value
        )
        fitting = [name for name in candidates if _fits(name, int(limit), remaining, reset)]
        doubt = "" if len(fitting) == 1 else "; per minute or per day? The reset does not tell"
        yield (fitting[0] if len(fitting) == 1 else candidates[0]), Seen(int(limit), headers + doubt)


_PARTS: Final = ("limit", "remaining", "reset")


def _fits(dimension: Dimension, limit: int, remaining: str | None, reset: str | None) -> bool:
    """Whether a bucket of this period has that reset when so much remains: taken * period / limit, cut off.

    What remains is whole units; a unit at least is taken, by the answer itself.
    """
    reset_s = None if reset is None else _reset_s(reset)
    if remaining is None or reset_s is None:
        return True
    used = limit - int(remaining)
    per_s = limit / DIMENSIONS[dimension][1]
    at_least = max(1, used - 1) - _ROUNDING
    return (reset_s + _TRUNCATED_S) * per_s >= at_least and reset_s * per_s <= used + _ROUNDING


def _reset_s(text: str) -> float | None:
    """A duration in Go's notation; a bare number is Azure's, in milliseconds."""
    return int(text) / 1000 if text.isascii() and text.isdigit() else seconds_of(text)
