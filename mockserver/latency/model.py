"""One model's latency: what its profile says, and the draws from it."""

from array import array
from dataclasses import dataclass
from typing import Literal

from profiles.schema import ReplyTokens

from ..reply.reply import Length
from .cadence import Cadence
from .draws import Numbers, lognormal

FILL_TOKENS = 100
"""What "fill" says when the request sets no limit."""


@dataclass(frozen=True, slots=True)
class ModelLatency:
    """The keys of a latency table, none left open.

    TTFT = (ttft_base_ms + prompt tokens * ttft_per_prompt_token_us / 1000) * LN(0, ttft_sigma)
    gap  = itl_ms * LN(0, itl_sigma), drawn once a reply: a reply has one speed
    """

    ttft_base_ms: float = 0.0
    ttft_per_prompt_token_us: float = 0.0
    ttft_sigma: float = 0.0
    itl_ms: float = 0.0
    itl_sigma: float = 0.0
    first_byte_lead_ms: float = 0.0
    reply_tokens: int | Literal["fill"] | ReplyTokens = "fill"

    def cadence(self, prompt_tokens: int, completion_tokens: int, numbers: Numbers) -> Cadence:
        """The rhythm of one reply. Draws come in a fixed order, spread or none; a new one belongs at the end."""
        median_ms = self.ttft_base_ms + prompt_tokens * self.ttft_per_prompt_token_us / 1e3
        ttft_s = lognormal(median_ms, self.ttft_sigma, numbers) / 1e3
        gap_s = lognormal(self.itl_ms, self.itl_sigma, numbers) / 1e3
        first_byte_s = max(0.0, ttft_s - self.first_byte_lead_ms / 1e3)
        if gap_s == 0:
            return Cadence(first_byte_s, array("d", [ttft_s]) * completion_tokens)
        return Cadence(first_byte_s, array("d", [ttft_s + i * gap_s for i in range(completion_tokens)]))

    def length(self, cap: int | None, longest: int, numbers: Numbers) -> Length:
        """How long one reply is; `cap` is the request's limit, None when it set none, `longest` the model's."""
        most = longest if cap is None else cap
        match self.reply_tokens:
            case "fill":
                return Length(min(FILL_TOKENS, longest) if cap is None else cap, exact=True, cap=cap)
            case int(number):
                return Length(min(number, most), exact=True, cap=cap)
            case ReplyTokens(median=median, sigma=sigma):
                drawn = round(lognormal(median, sigma, numbers))
                return Length(min(max(1, drawn), longest), exact=False, cap=cap)

    def __str__(self) -> str:
        slope = f" + {self.ttft_per_prompt_token_us:g} us/prompt token" if self.ttft_per_prompt_token_us else ""
        first = f"{'about ' if self.ttft_sigma else ''}{self.ttft_base_ms:g} ms{slope} to the first token"
        return f"{first}, {'about ' if self.itl_sigma else ''}{self.itl_ms:g} ms between tokens"
