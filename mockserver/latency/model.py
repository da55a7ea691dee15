"""One model's latency in hosted mode: what its profile says, and the draws from it."""

from array import array
from functools import cached_property, lru_cache
from typing import Final, Literal, NamedTuple

import msgspec
from msgspec.structs import replace

from ..reply.reply import Length
from .bursts import Bursts
from .cadence import Cadence
from .distributions import Distribution
from .draws import Numbers, drawn, happens, lognormal

FILL_TOKENS = 100
"""What "fill" says when the request sets no limit."""
_RHYTHMS: Final = 64
"""Even rhythms that are remembered, a megabyte each at most: where nothing is drawn, replies of a length share one."""


class Slow(msgspec.Struct, frozen=True):
    """A `share` of requests takes LN(ln factor, sigma) times as long."""

    share: float
    factor: float
    sigma: float


class Stall(msgspec.Struct, frozen=True):
    """A `share` of the answers to long prompts that were cached pauses behind the first token."""

    above_prompt_tokens: int
    share: float
    pause_ms: float | Distribution


class ModelLatency(msgspec.Struct, frozen=True, dict=True):
    """The keys of a latency table, none left open.

    TTFT = D^f * (ttft_base_ms + uncached prompt tokens^e * ttft_per_prompt_token_us / 1000) * R, plus the time of
    hidden tokens, where R is LN(0, ttft_sigma) * slow, or `ttft_residual`, and D the slow-down at that time
    ITL  = D^g * itl_ms * LN(0, itl_sigma) * (1 + itl_per_1000_prompt_tokens * prompt tokens / 1000), drawn once a reply
    """

    ttft_base_ms: float | Distribution = 0.0
    ttft_per_prompt_token_us: float = 0.0
    ttft_prompt_exponent: float = 1.0
    ttft_sigma: float = 0.0
    ttft_slow: Slow | None = None
    ttft_residual: Distribution | None = None
    itl_ms: float | Distribution = 0.0
    itl_sigma: float = 0.0
    itl_per_1000_prompt_tokens: float = 0.0
    ttft_slowdown_exponent: float = 1.0
    itl_slowdown_exponent: float = 1.0
    bursts: Bursts | None = None
    long_context_stall: Stall | None = None
    first_byte_lead_ms: float = 0.0
    reply_tokens: int | Literal["fill"] | Distribution = "fill"

    @cached_property
    def _certain(self) -> "_Drawn | None":
        """What is drawn, where nothing of it is left to chance."""
        spread = self.ttft_sigma or self.ttft_slow or self.ttft_residual or self.itl_sigma or self.long_context_stall
        base_ms, itl_ms = self.ttft_base_ms, self.itl_ms
        if not spread and isinstance(base_ms, float | int) and isinstance(itl_ms, float | int):
            return _Drawn(base_ms, itl_ms)
        return None

    def cadence(
        self,
        prompt_tokens: int,
        completion_tokens: int,
        numbers: Numbers,
        *,
        cached_tokens: int = 0,
        hidden_tokens: int = 0,
        slowdown: float = 1.0,
    ) -> Cadence:
        """The rhythm of the `completion_tokens` that are seen, behind those that are hidden."""
        base_ms, itl_ms, residual, speed, stall_s = self._certain or self._drawn(prompt_tokens, cached_tokens, numbers)
        read_ms = (prompt_tokens - cached_tokens) ** self.ttft_prompt_exponent * self.ttft_per_prompt_token_us / 1e3
        ttft_s = (base_ms + read_ms) * residual * slowdown**self.ttft_slowdown_exponent / 1e3
        context = 1 + self.itl_per_1000_prompt_tokens * prompt_tokens / 1e3
        gap_s = itl_ms * speed * context * slowdown**self.itl_slowdown_exponent / 1e3
        token_s = self._token_s(ttft_s, gap_s, hidden_tokens, completion_tokens, numbers)
        first_s = token_s[0] if token_s else ttft_s + hidden_tokens * gap_s
        if stall_s:
            token_s = token_s[:1] + array("d", [at + stall_s for at in token_s[1:]])
        return Cadence(max(0.0, first_s - self.first_byte_lead_ms / 1e3), token_s)

    def _drawn(self, prompt_tokens: int, cached_tokens: int, numbers: Numbers) -> "_Drawn":
        """Draws come in a fixed order, spread or none; a new one belongs at the end."""
        residual = self._residual(numbers)
        speed = lognormal(1.0, self.itl_sigma, numbers)
        residual *= self._slow(numbers)
        stall_s = self._stall_s(prompt_tokens, cached_tokens, numbers)
        return _Drawn(drawn(self.ttft_base_ms, numbers), drawn(self.itl_ms, numbers), residual, speed, stall_s)

    def length(self, cap: int | None, longest: int, numbers: Numbers) -> Length:
        """How long one reply is; `cap` is the request's limit, None when it set none, `longest` the model's."""
        most = longest if cap is None else cap
        match self.reply_tokens:
            case "fill":
                return Length(min(FILL_TOKENS, longest) if cap is None else cap, exact=True, cap=cap)
            case int(number):
                return Length(min(number, most), exact=True, cap=cap)
            case distribution:
                tokens = round(min(drawn(distribution, numbers), longest))
                return Length(max(1, tokens), exact=False, cap=cap)

    def exactly(
        self, ttft_ms: float | None, itl_ms: float | None, reply_tokens: int | Literal["fill"] | None
    ) -> "ModelLatency":
        """The same with these values exactly: slope, spread, slow-down and rhythm of what they replace go."""
        latency = self
        if ttft_ms is not None:
            latency = replace(
                latency,
                ttft_base_ms=ttft_ms,
                ttft_per_prompt_token_us=0.0,
                ttft_sigma=0.0,
                ttft_slow=None,
                ttft_residual=None,
                ttft_slowdown_exponent=0.0,
                bursts=latency.bursts and replace(latency.bursts, filter_ms=None),
            )
        if itl_ms is not None:
            latency = replace(
                latency,
                itl_ms=itl_ms,
                itl_sigma=0.0,
                itl_per_1000_prompt_tokens=0.0,
                itl_slowdown_exponent=0.0,
                bursts=None,
                long_context_stall=None,
            )
        return latency if reply_tokens is None else replace(latency, reply_tokens=reply_tokens)

    def _residual(self, numbers: Numbers) -> float:
        if self.ttft_residual is not None:
            return drawn(self.ttft_residual, numbers)
        return lognormal(1.0, self.ttft_sigma, numbers)

    def _slow(self, numbers: Numbers) -> float:
        slow = self.ttft_slow
        if not happens(0.0 if slow is None else slow.share, numbers) or slow is None:
            numbers.skip()
            return 1.0
        return lognormal(slow.factor, slow.sigma, numbers)

    def _stall_s(self, prompt_tokens: int, cached_tokens: int, numbers: Numbers) -> float:
        stall = self.long_context_stall
        concerned = stall is not None and prompt_tokens > stall.above_prompt_tokens and cached_tokens > 0
        if not happens(stall.share if stall is not None and concerned else 0.0, numbers) or stall is None:
            numbers.skip()
            return 0.0
        return drawn(stall.pause_ms, numbers) / 1e3

    def _token_s(self, ttft_s: float, gap_s: float, hidden: int, count: int, numbers: Numbers) -> "array[float]":
        if gap_s == 0 and (self.bursts is None or self.bursts.filter_ms is None):
            return array("d", [ttft_s]) * count
        if self.bursts is not None:
            return self.bursts.instants(ttft_s + hidden * gap_s, gap_s, count, numbers)
        return _even(ttft_s, gap_s, hidden, count)

    def __str__(self) -> str:
        slope = f" + {self.ttft_per_prompt_token_us:g} us/prompt token" if self.ttft_per_prompt_token_us else ""
        first = f"{_about(self.ttft_base_ms, spread=self.ttft_sigma > 0)}{slope} to the first token"
        return f"{first}, {_about(self.itl_ms, spread=self.itl_sigma > 0)} between tokens"


class _Drawn(NamedTuple):
    """What is drawn for one answer."""

    base_ms: float
    itl_ms: float
    residual: float = 1.0
    speed: float = 1.0
    stall_s: float = 0.0


@lru_cache(_RHYTHMS)
def _even(ttft_s: float, gap_s: float, hidden: int, count: int) -> "array[float]":
    """The instants of `count` tokens behind the hidden ones, one each `gap_s`; shared, so nobody may change them."""
    return array("d", [ttft_s + i * gap_s for i in range(hidden, hidden + count)])


def _about(ms: float | Distribution, *, spread: bool) -> str:
    """A time in words, by its median where it has a distribution."""
    median = ms if isinstance(ms, float) else ms.quantile(0.5)
    return f"{'about ' if spread or not isinstance(ms, float) else ''}{median:g} ms"
