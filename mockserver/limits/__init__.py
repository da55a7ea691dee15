"""Rate limits: pure token-bucket arithmetic, and the stores that hold the levels."""

from .bucket import DimensionState
from .charge import prompt_estimate
from .decision import Decision, PoolLimits, States, Store
from .headers import ratelimit_headers, retry_headers
from .memory import MemoryStore
from .policy import LimitsPolicy

__all__ = [
    "Decision",
    "DimensionState",
    "LimitsPolicy",
    "MemoryStore",
    "PoolLimits",
    "States",
    "Store",
    "prompt_estimate",
    "ratelimit_headers",
    "retry_headers",
]
