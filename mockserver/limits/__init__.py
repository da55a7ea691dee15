"""Rate limits: pure token-bucket arithmetic, and the stores that keep what was taken.

The store in Redis is in `shared`, which most servers have no need to load.
"""

from .bucket import Dimension, DimensionState
from .charge import charge
from .claim import Budget, Claim, Pool, PoolLimits
from .decision import Decision, Refused, States
from .headers import ratelimit_headers, retry_headers
from .lifeline import OnLoss
from .memory import MemoryStore
from .policy import LimitsPolicy
from .store import Store

__all__ = [
    "Budget",
    "Claim",
    "Decision",
    "Dimension",
    "DimensionState",
    "LimitsPolicy",
    "MemoryStore",
    "OnLoss",
    "Pool",
    "PoolLimits",
    "Refused",
    "States",
    "Store",
    "charge",
    "ratelimit_headers",
    "retry_headers",
]
