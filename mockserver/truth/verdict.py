"""What a verdict on clients is made of: where good conduct ends, what was seen, what was found."""

from collections.abc import Sequence
from typing import Any, Final, Literal, NamedTuple

import msgspec

from profiles.journal import JournalEntry

from .calls import Call


class Bounds(msgspec.Struct, frozen=True):
    """Where good conduct ends.

    `early_ms` is what clocks may differ by. A wait below `immediate_ms` is none. More attempts than `amplification` a
    call are too many, where there are `calls_for_share` calls. A client waits in vain for `stall_s` and leaves.
    `waits_for_spread` waits that lie within `spread` of their median have no jitter. `in_flight` is how many requests
    of one key may be open at once; None: as many as the limits say.
    """

    early_ms: float = 2.0
    immediate_ms: float = 100.0
    amplification: float = 2.0
    calls_for_share: int = 20
    stall_s: float = 30.0
    waits_for_spread: int = 10
    spread: float = 0.05
    pending_s: float = 10.0
    in_flight: int | None = None


AS_USUAL: Final = Bounds()


class Finding(msgspec.Struct, frozen=True):
    """Something that clients did: how often, of how many times that they could have, and a few who did."""

    kind: str
    level: Literal["failure", "warning"]
    count: int
    of: int
    text: str
    examples: tuple[str, ...] = ()


class Verdict(msgspec.Struct, frozen=True):
    """How clients behaved. Shares are None where there were no calls, `wasted_usd` where no price is known."""

    requests: int
    calls: int
    ambiguous: int
    pending: int
    amplification: float | None
    complete_at_first: float | None
    complete_in_the_end: float | None
    most_in_flight: int
    wasted_tokens: int
    wasted_usd: float | None
    findings: tuple[Finding, ...]

    def held(self, *, strict: bool = False) -> bool:
        """Whether clients behaved well; `strict`: without a warning."""
        return not any(strict or finding.level == "failure" for finding in self.findings)

    def to_dict(self) -> dict[str, Any]:
        """The verdict as JSON values."""
        return {"well_behaved": self.held(), **msgspec.to_builtins(self)}


class Step(NamedTuple):
    """From one attempt of a call to the next; `number` is 1 for the first retry."""

    before: JournalEntry
    after: JournalEntry
    number: int
    wait_ms: float


class Seen(msgspec.Struct, frozen=True):
    """What is judged: calls, the steps in them, and what they wasted."""

    entries: Sequence[JournalEntry]
    calls: Sequence[Call]
    steps: Sequence[Step]
    pending: frozenset[int]
    wasted_tokens: int
    wasted_usd: float | None
    most_in_flight: int
    bounds: Bounds
