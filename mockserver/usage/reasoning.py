"""How long a model thinks before it speaks.

Reasoning tokens are hidden, but counted: in steps of 64 up to the snapshots of August 2025 (76 of 80 recorded counts),
one by one since gpt-5.2 (gpt-5.1 is not known), as the catalogue says. At medium effort they are
LN(7.2, 0.9): a spread near that of public traces of reasoning models, with a median of 1,340 (a benchmark site's for
o3, on its own hard prompts, is 2,400). Low effort is taken for 0.35 of that, high for 2.5; beyond is an assumption.
"""

from typing import Final

from ..latency.draws import Numbers, lognormal

DEFAULT_EFFORT: Final = "medium"
_MEDIANS: Final = {"none": 0, "minimal": 0, "low": 470, "medium": 1340, "high": 3350, "xhigh": 5360, "max": 8040}
_SIGMA: Final = 0.9


def reasoning_tokens(effort: str | None, numbers: Numbers, step: int) -> int:
    """The tokens of one answer's reasoning, a multiple of `step`."""
    median = _MEDIANS[effort or DEFAULT_EFFORT]
    return round(lognormal(median, _SIGMA, numbers) / step) * step
