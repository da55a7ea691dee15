"""One session: what one user asks, in which class, and how long they think; decided before the first request."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import msgspec

from profiles.schema.workload import ClassTable

from ..client.hang_up import HangUp
from ..client.retry import RetryPlan
from .amounts import draw_amount
from .details import Details
from .echo import Echo
from .expect import Expect
from .plan import ClassPlan, Words
from .pools import Pools
from .shares import draw_class, draw_original


class Turn(msgspec.Struct, frozen=True):
    """What the user says, what the answer must hold and how long it may be, and when the user will have had enough."""

    user_text: str
    expect: Expect
    max_tokens: int | None = None
    hang_up: HangUp | None = None


class Session(msgspec.Struct, frozen=True):
    """A conversation of one or more turns, all but the replies.

    `params` are the parameters of the request body that all turns share (max_tokens, temperature, tools, ...).
    `think_times_s` holds the pause after each answer, in seconds. `timeouts` and `retry` are what its class says of
    them.
    """

    index: int
    class_name: str
    model: str
    stream: bool
    params: Mapping[str, Any]
    system: str | None
    turns: tuple[Turn, ...]
    think_times_s: tuple[float, ...]
    timeouts: Mapping[str, float] = msgspec.field(default_factory=dict)
    retry: RetryPlan | None = None

    def think_time_s(self, k: int) -> float:
        """The pause after the answer of turn `k`, in seconds."""
        return self.think_times_s[k]

    def params_of(self, k: int) -> Mapping[str, Any]:
        """The parameters of the request body of turn `k`."""
        limit = self.turns[k].max_tokens
        return self.params if limit is None else {**self.params, "max_tokens": limit}

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


def draw_session(
    plans: Sequence[ClassPlan], shares: Sequence[float], pools: Pools, *, seed: int, index: int
) -> Session:
    """Session `index`: a function of the workload, the seed and the index, whatever was drawn before."""
    plan = plans[draw_class(shares, seed=seed, index=index)]
    table = plan.table
    words_of = index
    if table.repeat is not None:
        words_of = draw_original(shares, table.repeat, seed=seed, index=index)
    system, texts, expect = plan.fixed or _drawn(plan, pools, f"{seed}/text/{words_of}")
    if plan.prefixes:
        prefix = plan.prefixes[Random(f"{seed}/prefix/{words_of}").randrange(len(plan.prefixes))]
        system = prefix if system is None else f"{prefix}\n\n{system}"
    return Session(
        index=index,
        class_name=table.name,
        model=table.model,
        stream=table.stream,
        params=plan.params,
        system=system,
        turns=tuple(_turns(plan, texts, expect, seed, index)),
        think_times_s=_pauses_s(table, len(texts), f"{seed}/think/{index}"),
        timeouts=plan.timeouts,
        retry=plan.retry,
    )


def _pauses_s(table: ClassTable, turns: int, seed: str) -> tuple[float, ...]:
    """How long a user thinks after each turn. Where there is nothing to draw no generator is seeded."""
    shortest_s, longest_s = table.think_time_s
    if shortest_s == longest_s:
        return (shortest_s,) * turns
    rng = Random(seed)
    return tuple(rng.uniform(shortest_s, longest_s) for _ in range(turns))


def _drawn(plan: ClassPlan, pools: Pools, seed: str) -> Words:
    """The words of a session whose class has several, or details to fill in."""
    rng = Random(seed)
    talk, expect = plan.asked(rng)
    details = Details(pools, rng)
    written = plan.table.system
    system = talk.system if written is None else details.fill(written)
    literal = plan.literal or plan.filler is not None
    return system, talk.turns if literal else tuple(map(details.fill, talk.turns)), expect


def _turns(plan: ClassPlan, texts: Sequence[str], expect: Expect, seed: int, index: int) -> list[Turn]:
    table = plan.table
    if table.output_tokens is None and table.abandon is None and not expect.echoes:
        return [Turn(text, expect) for text in texts]
    rng = Random(f"{seed}/turns/{index}")
    turns = []
    for number, text in enumerate(texts):
        echo = Echo(seed, index, number) if expect.echoes else None
        limit = None if table.output_tokens is None else draw_amount(table.output_tokens, rng)
        turns.append(
            Turn(
                user_text=text if echo is None else text + echo.request,
                expect=expect if echo is None else expect.echoing(echo),
                max_tokens=limit,
                hang_up=_hang_up(plan, rng),
            )
        )
    return turns


def _hang_up(plan: ClassPlan, rng: Random) -> HangUp | None:
    abandon = plan.table.abandon
    if abandon is None or rng.random() >= abandon.share:
        return None
    if abandon.after_s is not None:
        return HangUp(after_s=rng.uniform(*abandon.after_s))
    return HangUp(after_events=abandon.after_tokens or 1)
