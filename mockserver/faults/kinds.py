"""The kinds of fault, by the name that a rule's `fault` key has."""

from collections.abc import Mapping
from typing import Final

from .base import Table
from .broken_off import DisconnectFault, HangFault, ResetFault, TruncateFault
from .late import SlowFirstTokenFault, SlowHeadersFault, SlowTokensFault, StallFault
from .refused import NotReadyFault, QuotaFault, RateLimitFault, StatusFault
from .said import (
    BadToolCallFault,
    ContentFilterFault,
    EmptyFault,
    LengthFault,
    MissingUsageFault,
    RefusalFault,
    WrongUsageFault,
)
from .spoilt import BadUtf8Fault, DuplicateChunkFault, ErrorEventFault, GarbleFault, WrongContentTypeFault

KINDS: Final[Mapping[str, type[Table]]] = {
    "status": StatusFault,
    "rate_limit": RateLimitFault,
    "quota": QuotaFault,
    "not_ready": NotReadyFault,
    "hang": HangFault,
    "slow_headers": SlowHeadersFault,
    "slow_first_token": SlowFirstTokenFault,
    "slow_tokens": SlowTokensFault,
    "stall": StallFault,
    "truncate": TruncateFault,
    "disconnect": DisconnectFault,
    "reset": ResetFault,
    "error_event": ErrorEventFault,
    "garble": GarbleFault,
    "bad_utf8": BadUtf8Fault,
    "duplicate_chunk": DuplicateChunkFault,
    "wrong_content_type": WrongContentTypeFault,
    "wrong_usage": WrongUsageFault,
    "missing_usage": MissingUsageFault,
    "empty": EmptyFault,
    "length": LengthFault,
    "content_filter": ContentFilterFault,
    "refusal": RefusalFault,
    "bad_tool_call": BadToolCallFault,
}
