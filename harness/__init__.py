"""A Locust load test that knows what an LLM request is.

`ChatUser` is for people who write their own Locust file. It is imported when it is asked for, because importing it
imports locust, which patches the whole process.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .swarm.users import ChatResult, ChatUser

__all__ = ["ChatResult", "ChatUser"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from .swarm import users  # noqa: PLC0415 - see above

        return getattr(users, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
