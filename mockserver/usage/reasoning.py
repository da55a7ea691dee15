"""How long a model thinks before it speaks.

Reasoning tokens are hidden, but counted; 76 of 80 recorded counts are multiples of 64. Their medians by effort are an
assumption, in proportions that people report.
"""

from typing import Final

from ..latency.draws import Numbers, lognormal

STEP: Final = 64
DEFAULT_EFFORT: Final = "medium"
_MEDIANS: Final = {"none": 0, "minimal": 0, "low": 128, "medium": 384, "high": 1024, "xhigh": 2048, "max": 4096}
_SIGMA: Final = 0.6


def reasoning_tokens(effort: str | None, numbers: Numbers) -> int:
    """The tokens of one answer's reasoning, a multiple of 64."""
    median = _MEDIANS[effort or DEFAULT_EFFORT]
    return round(lognormal(median, _SIGMA, numbers) / STEP) * STEP
