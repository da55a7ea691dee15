"""Which part of a run an SLO is about."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Kind: TypeAlias = Literal["class", "stage", "label"]
KINDS: Final[tuple[Kind, ...]] = ("class", "stage", "label")
"""In the order in which a bare name is looked for among them."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A class, a stage or a label by its name; `kind` None is whichever of them has that name."""

    kind: Kind | None
    name: str

    def __str__(self) -> str:
        return self.name if self.kind is None else f"{self.kind}={self.name}"

    @classmethod
    def parse(cls, text: str) -> "Scope":
        """The scope of a text: NAME, class=NAME, stage=NAME, label KEY=VALUE (label=KEY=VALUE)."""
        for kind in KINDS:
            rest = text.removeprefix(kind)
            if rest != text and rest[:1] in ("=", " ") and rest[1:].strip():
                return cls(kind, rest[1:].strip())
        return cls(None, text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The names that the parts of a run have; `open_ended` kinds may have others too, which nobody knows yet."""

    names: Mapping[Kind, Collection[str]]
    open_ended: tuple[Kind, ...] = ()

    def resolved(self, scope: Scope) -> Scope | None:
        """The scope with its kind; None where no part has that name.

        What only an open-ended kind could have stays as it is.
        """
        kinds = KINDS if scope.kind is None else (scope.kind,)
        for kind in kinds:
            if scope.name in self.names.get(kind, ()):
                return Scope(kind, scope.name)
        may_be = any(kind in self.open_ended and (kind != "label" or "=" in scope.name) for kind in kinds)
        return scope if may_be else None

    def check(self, scope: Scope | None) -> None:
        """Raise ValueError, with the names there are, for a scope that no part of the run has."""
        if scope is not None and self.resolved(scope) is None:
            what = "class, stage or label" if scope.kind is None else scope.kind
            there = [f"{kind} {', '.join(names)}" for kind in KINDS if (names := self.names.get(kind))]
            raise ValueError(f"no {what} is named {scope.name!r}; there are: {'; '.join(there) or 'none'}")
