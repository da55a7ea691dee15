"""Reading a workload: the file by name or path, its names checked, all that its sessions are made of built."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from profiles.files import locate, parse_toml, read_text
from profiles.schema.reading import validated
from profiles.schema.run import RunTable
from profiles.schema.workload import ClassTable, WorkloadFile

from ..gate.slo import Slo
from ..measure.goodput import Objective
from .objectives import read_goodput, read_slos
from .placeholders import check_placeholders
from .plan import ClassPlan, plan_classes
from .pools import Pools, build_pools
from .session import Session, draw_session
from .talks import read_talks_file

NO_FILES: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Workload:
    """Who asks what, how often: `session(i)` is the i-th session of a run with this seed.

    `text` is the TOML that it was made from and `files` the texts of the files that it names: together they make the
    same sessions on any machine. `run` is how it is run where nobody says otherwise, `slos` what it is held against,
    `goodput` what each of its requests has to keep.
    """

    name: str
    description: str
    seed: int
    plans: tuple[ClassPlan, ...]
    run: RunTable
    slos: tuple[Slo, ...]
    goodput: tuple[Objective, ...]
    pools: Pools = field(repr=False)
    text: str = field(repr=False)
    files: Mapping[str, str] = field(repr=False)
    shares: tuple[float, ...] = field(repr=False)

    @classmethod
    def load(cls, name_or_path: str, *, seed: int | None = None, model: str | None = None) -> Self:
        """The workload of that name ("mixed") or path ("./mine.toml"), with its pools filled from `seed`.

        Without a seed it is the one of its [run], or 0. `model` is asked in place of those of the classes: texts of
        so many tokens are made for its tokenizer. Raises ProfileError with file and key for a file that is missing,
        malformed, or names what does not exist.
        """
        path = locate("workloads", name_or_path)
        text = read_text(path)
        files = _files(text, path, name_or_path)
        return cls.parse(text, name=path.stem, seed=seed, model=model, file=name_or_path, files=files)

    @classmethod
    def parse(
        cls,
        text: str,
        *,
        name: str,
        seed: int | None = None,
        model: str | None = None,
        file: str | None = None,
        files: Mapping[str, str] = NO_FILES,
    ) -> Self:
        """The workload of a TOML text and the files that it names, which errors call `file` or else by its name.

        Raises ProfileError.
        """
        shown = file or name
        tables = _tables(text, shown)
        check_placeholders(tables, shown)
        number = seed if seed is not None else tables.run.seed or 0
        return cls(
            name=name,
            description=tables.description,
            seed=number,
            plans=plan_classes(tables.class_, files, file=shown, seed=number, model=model or tables.run.model),
            run=tables.run,
            slos=read_slos(tables, shown),
            goodput=read_goodput(tables, shown),
            pools=build_pools(tables.pools, file=shown, seed=number),
            text=text,
            files=files,
            shares=tuple(table.share for table in tables.class_),
        )

    @property
    def classes(self) -> tuple[ClassTable, ...]:
        """The classes as they are written."""
        return tuple(plan.table for plan in self.plans)

    @property
    def max_tokens(self) -> dict[str, int]:
        """The `max_tokens` of the classes that have it."""
        return {table.name: table.max_tokens for table in self.classes if table.max_tokens is not None}

    @property
    def rate_per_s(self) -> float | None:
        """Sessions per second that are begun where all classes say their rates; None where they have weights."""
        return _own_rate_per_s(self.classes)

    def session(self, index: int) -> Session:
        """Session `index` (from 0), a function of the seed and the index alone; under 200 µs."""
        return draw_session(self.plans, self.shares, self.pools, seed=self.seed, index=index)


def load_run_table(name_or_path: str) -> RunTable:
    """The [run] of a workload, without making anything of the rest. Raises ProfileError.

    Where it says neither a rate nor a plan of users, and the classes say rates, it is theirs.
    """
    path = locate("workloads", name_or_path)
    tables = _tables(read_text(path), name_or_path)
    rate_per_s = _own_rate_per_s(tables.class_)
    if tables.run.rate is not None or isinstance(tables.run.users, str) or rate_per_s is None:
        return tables.run
    return tables.run.model_copy(update={"rate": rate_per_s})


def _own_rate_per_s(classes: Sequence[ClassTable]) -> float | None:
    rates = [table.rate for table in classes if table.rate is not None]
    return sum(rates) if rates else None


def _tables(text: str, shown: str) -> WorkloadFile:
    return validated(WorkloadFile, shown, parse_toml(text, shown))


def _files(text: str, path: Path, shown: str) -> dict[str, str]:
    """The texts of the files that a workload names, by those names; paths are seen from the workload's folder."""
    named = {table.prompts_from: number for number, table in enumerate(_tables(text, shown).class_)}
    return {
        name: read_talks_file(path.parent / name, shown, f"class.{number}.prompts_from")
        for name, number in named.items()
        if name is not None
    }
