"""The kinds of fault, by the name that a rule's `fault` key has."""

from collections.abc import Mapping
from typing import Final

from .bad_tool_call import BadToolCallFault
from .bad_utf8 import BadUtf8Fault
from .base import Table
from .content_filter import ContentFilterFault
from .disconnect import DisconnectFault
from .duplicate_chunk import DuplicateChunkFault
from .empty import EmptyFault
from .error_event import ErrorEventFault
from .garble import GarbleFault
from .hang import HangFault
from .length import LengthFault
from .missing_usage import MissingUsageFault
from .not_ready import NotReadyFault
from .quota import QuotaFault
from .rate_limit import RateLimitFault
from .refusal import RefusalFault
from .reset import ResetFault
from .slow_first_token import SlowFirstTokenFault
from .slow_headers import SlowHeadersFault
from .slow_tokens import SlowTokensFault
from .stall import StallFault
from .status import StatusFault
from .truncate import TruncateFault
from .wrong_content_type import WrongContentTypeFault
from .wrong_usage import WrongUsageFault

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
