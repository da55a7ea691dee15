"""One session: what one user asks, in which class, and how long they think; decided before the first request."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from profiles.schema import ClassTable

from .details import Details
from .expect import Expect
from .pools import Pools

_STRATA = 20


@dataclass(frozen=True, slots=True)
class Turn:
    """What the user says, and what the answer must hold."""

    user_text: str
    expect: Expect


@dataclass(frozen=True, slots=True)
class Session:
    """A conversation of one or more turns, all but the replies.

    `params` are the sampling parameters of the request body (max_tokens, temperature, ...). `think_times_s` holds the
    pause after each answer, in seconds.
    """

    index: int
    class_name: str
    model: str
    stream: bool
    params: Mapping[str, Any]
    system: str | None
    turns: tuple[Turn, ...]
    think_times_s: tuple[float, ...]

    def think_time_s(self, k: int) -> float:
        """The pause after the answer of turn `k`, in seconds."""
        return self.think_times_s[k]

    def messages(self, k: int, replies: Sequence[str] = ()) -> list[dict[str, str]]:
        """The messages of turn `k` (from 0): system message, then the turns so far with the replies they really got.

        Raises ValueError unless `replies` holds the replies to the turns before `k`, in order.
        """
        if len(replies) != k:
            raise ValueError(f"turn {k} follows {k} replies, not {len(replies)}")
        messages = [] if self.system is None else [{"role": "system", "content": self.system}]
        for turn, reply in zip(self.turns, replies, strict=False):
            messages += [{"role": "user", "content": turn.user_text}, {"role": "assistant", "content": reply}]
        return [*messages, {"role": "user", "content": self.turns[k].user_text}]


def draw_session(classes: Sequence[ClassTable], pools: Pools, *, seed: int, index: int) -> Session:
    """Session `index`: a function of the workload, the seed and the index, whatever was drawn before."""
    table = draw_class(classes, seed=seed, index=index)
    rng = random.Random(f"{seed}/text/{index}")
    texts, expect = _asked(table, rng)
    details = Details(pools, rng)
    think = random.Random(f"{seed}/think/{index}")
    return Session(
        index=index,
        class_name=table.name,
        model=table.model,
        stream=table.stream,
        params=_params(table),
        system=None if table.system is None else details.fill(table.system),
        turns=tuple(Turn(details.fill(text), expect) for text in texts),
        think_times_s=tuple(think.uniform(*table.think_time_s) for _ in texts),
    )


def draw_class(classes: Sequence[ClassTable], *, seed: int, index: int) -> ClassTable:
    """The class of session `index`, with a probability proportional to its weight.

    Stratified: of every 20 sessions in a row one falls into each twentieth of the weight, in shuffled order, so that a
    short run has the shares it was asked for.
    """
    block, place = divmod(index, _STRATA)
    rng = random.Random(f"{seed}/class/{block}")
    stratum = rng.sample(range(_STRATA), _STRATA)[place]
    point = (stratum + rng.random()) / _STRATA * sum(table.weight for table in classes)
    for table in classes:
        point -= table.weight
        if point < 0:
            return table
    return classes[-1]


def _asked(table: ClassTable, rng: random.Random) -> tuple[Sequence[str], Expect]:
    expect = Expect.from_table(table.expect)
    if table.prompts is not None:
        return [rng.choice(table.prompts)], expect
    scenario = rng.choice(table.scenario or [])
    return scenario.turns, expect & Expect.from_table(scenario.expect)


def _params(table: ClassTable) -> dict[str, Any]:
    given = {"max_tokens": table.max_tokens, "temperature": table.temperature, "top_p": table.top_p}
    params: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if table.response_format is not None:
        params["response_format"] = {"type": table.response_format}
    return params
