"""What is made of a class before the run, so that drawing a session costs next to nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeAlias

from profiles import ProfileError
from profiles.catalogue import FALLBACK_ENCODING, load_catalogue
from profiles.schema.asking import SchemaFormat
from profiles.schema.expect import ExpectTable
from profiles.schema.workload import CHOICES, PLACEHOLDER, ClassTable

from ..client.retry import RetryPlan, plan_of
from .amounts import draw_amount, draw_between
from .expect import Expect
from .filler import Filler
from .talks import Talk, parse_talks

Words: TypeAlias = tuple[str | None, tuple[str, ...], Expect]
"""What a session says: its system message without a shared prefix, its turns, and what is expected of the answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassPlan:
    """A class, and what its sessions are made of.

    `talks` are its conversations with what is expected of their answers; without any the `filler` makes the texts.
    Those of `literal` classes may hold braces that are no placeholders. `prefixes` are the beginnings that sessions
    have in common. `fixed` are the words of a class all of whose sessions say the same.
    """

    table: ClassTable
    params: Mapping[str, Any]
    expect: Expect
    talks: Sequence[tuple[Talk, Expect]] = ()
    literal: bool = False
    prefixes: Sequence[str] = ()
    filler: Filler | None = field(default=None, repr=False)
    timeouts: Mapping[str, float] = field(default_factory=dict)
    retry: RetryPlan | None = None
    fixed: Words | None = None

    def asked(self, rng: Random) -> tuple[Talk, Expect]:
        """What one session asks."""
        amount = self.table.prompt_tokens
        if self.filler is None or amount is None:
            return rng.choice(self.talks)
        turns = draw_between(self.table.turns or 1, rng)
        return Talk(tuple(self.filler.text(draw_amount(amount, rng), rng) for _ in range(turns))), self.expect


def plan_classes(
    tables: Sequence[ClassTable], files: Mapping[str, str], *, file: str, seed: int, model: str | None
) -> tuple[ClassPlan, ...]:
    """The plans of the classes; `files` has the texts of the files they name, `model` is asked in place of theirs.

    Raises ProfileError for an expectation, a policy or a file that cannot be used.
    """
    fillers: dict[str, Filler] = {}
    return tuple(
        _plan(table, files, (file, f"class.{number}"), _filler(table, seed, model, fillers), seed)
        for number, table in enumerate(tables)
    )


def _filler(table: ClassTable, seed: int, model: str | None, fillers: dict[str, Filler]) -> Filler | None:
    """The pool of a class that needs made-up text, one for each tokenizer."""
    if table.prompt_tokens is None and table.shared_prefix_tokens is None:
        return None
    facts = load_catalogue().resolve(model or table.model)
    name = FALLBACK_ENCODING if facts is None else facts.encoding
    if name not in fillers:
        fillers[name] = Filler(seed, name)
    return fillers[name]


def _plan(
    table: ClassTable, files: Mapping[str, str], place: tuple[str, str], filler: Filler | None, seed: int
) -> ClassPlan:
    file, at = place
    expect = _expect(table.expect, file, f"{at}.expect")
    talks = tuple(_talks(table, expect, files, file, at))
    return ClassPlan(
        table=table,
        params=_params(table),
        expect=expect,
        talks=talks,
        literal=table.prompts_from is not None,
        prefixes=tuple(_prefixes(table, filler, seed)),
        filler=filler if table.prompt_tokens is not None else None,
        timeouts=table.timeouts.given,
        retry=None if table.retry is None else _policy(table.retry, file, f"{at}.retry"),
        fixed=_fixed(table, talks),
    )


def _fixed(table: ClassTable, talks: Sequence[tuple[Talk, Expect]]) -> Words | None:
    """The words of all sessions of a class, where nothing of them is drawn."""
    if len(talks) != 1:
        return None
    ((talk, expect),) = talks
    written = [] if table.system is None else [table.system]
    drawn = written if table.prompts_from is not None else [*written, *talk.turns]
    if any(PLACEHOLDER.search(text) for text in drawn):
        return None
    return talk.system if table.system is None else table.system, talk.turns, expect


def _talks(
    table: ClassTable, expect: Expect, files: Mapping[str, str], file: str, at: str
) -> Iterator[tuple[Talk, Expect]]:
    for prompt in table.prompts or ():
        yield Talk((prompt,)), expect
    for place, scenario in enumerate(table.scenario or ()):
        own = _expect(scenario.expect, file, f"{at}.scenario.{place}.expect")
        yield Talk(tuple(scenario.turns)), expect & own
    if table.prompts_from is not None:
        for talk in parse_talks(files[table.prompts_from], table.prompts_from):
            yield talk, expect


def _expect(table: ExpectTable, file: str, at: str) -> Expect:
    try:
        return Expect.from_table(table)
    except ValueError as error:
        raise ProfileError(file, f"{at}.json_schema", str(error)) from None


def _policy(text: str, file: str, key: str) -> RetryPlan:
    try:
        return plan_of(text)
    except ValueError as error:
        raise ProfileError(file, key, str(error)) from None


def _prefixes(table: ClassTable, filler: Filler | None, seed: int) -> Iterator[str]:
    if filler is not None and table.shared_prefix_tokens is not None:
        for number in range(table.shared_prefixes or 1):
            yield filler.text(table.shared_prefix_tokens, Random(f"{seed}/prefix/{table.name}/{number}"))


def _params(table: ClassTable) -> dict[str, Any]:
    """What goes into every request body of the class as it is."""
    given = {"max_tokens": table.max_tokens, "temperature": table.temperature, "top_p": table.top_p}
    params: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if isinstance(table.response_format, SchemaFormat):
        schema = table.response_format.model_dump(by_alias=True)
        params["response_format"] = {"type": "json_schema", "json_schema": schema}
    elif table.response_format is not None:
        params["response_format"] = {"type": table.response_format}
    if table.tools is not None:
        params["tools"] = [tool.model_dump(exclude_none=True) for tool in table.tools]
    if table.tool_choice is not None:
        named = {"type": "function", "function": {"name": table.tool_choice}}
        params["tool_choice"] = table.tool_choice if table.tool_choice in CHOICES else named
    return params
