"""Reading a workload: the file by name or path, its names checked, its pools filled."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Self

from profiles import ProfileError
from profiles.files import locate, parse_toml, read_text
from profiles.schema import ClassTable, WorkloadFile, validated
from profiles.schema.workload import PLACEHOLDER

from .pools import Pools, build_pools
from .session import Session, draw_session


@dataclass(frozen=True, slots=True)
class Workload:
    """Who asks what, how often: `session(i)` is the i-th session of a run with this seed.

    `text` is the TOML that it was made from, which makes the same sessions on any machine.
    """

    name: str
    description: str
    seed: int
    classes: tuple[ClassTable, ...]
    pools: Pools = field(repr=False)
    text: str = field(repr=False)

    @classmethod
    def load(cls, name_or_path: str, *, seed: int) -> Self:
        """The workload of that name ("mixed") or path ("./mine.toml"), with its pools filled from `seed`.

        Raises ProfileError with file and key for a file that is missing, malformed, or names what does not exist.
        """
        path = locate("workloads", name_or_path)
        return cls.parse(read_text(path), name=path.stem, seed=seed, file=name_or_path)

    @classmethod
    def parse(cls, text: str, *, name: str, seed: int, file: str | None = None) -> Self:
        """The workload of a TOML text, which errors call `file` or else by its name. Raises ProfileError."""
        shown = file or name
        tables = validated(WorkloadFile, shown, parse_toml(text, shown))
        _check_names(tables, shown)
        pools = build_pools(tables.pools, file=shown, seed=seed)
        return cls(name, tables.description, seed, tuple(tables.class_), pools, text)

    def session(self, index: int) -> Session:
        """Session `index` (from 0), a function of the seed and the index alone; under 100 µs."""
        return draw_session(self.classes, self.pools, seed=self.seed, index=index)


def _check_names(file: WorkloadFile, name: str) -> None:
    """Every placeholder names a pool, and one that a pool's own choices use stands before it."""
    seen: set[str] = set()
    for pool, table in file.pools.items():
        for number, text in enumerate(table.choices or ()):
            _check_text(text, seen, name, f"pools.{pool}.choices.{number}", "a pool before this one")
        seen.add(pool)
    for key, text in _texts(file):
        _check_text(text, seen, name, key, "a pool of this file")


def _check_text(text: str, pools: set[str], file: str, key: str, wanted: str) -> None:
    for match in PLACEHOLDER.finditer(text):
        if match.group(1) not in pools:
            known = ", ".join(sorted(pools)) or "none"
            raise ProfileError(file, key, f"{match.group()} does not name {wanted} (there are: {known})")
    if "{{" in PLACEHOLDER.sub("", text):
        raise ProfileError(
            file, key, "a '{{' that opens no placeholder; write {{name}}, or {{name.2}} for another value"
        )


def _texts(file: WorkloadFile) -> Iterator[tuple[str, str]]:
    """Every text that may hold placeholders, with its key."""
    for number, table in enumerate(file.class_):
        at = f"class.{number}"
        if table.system is not None:
            yield f"{at}.system", table.system
        for place, prompt in enumerate(table.prompts or ()):
            yield f"{at}.prompts.{place}", prompt
        for place, scenario in enumerate(table.scenario or ()):
            for turn, text in enumerate(scenario.turns):
                yield f"{at}.scenario.{place}.turns.{turn}", text
