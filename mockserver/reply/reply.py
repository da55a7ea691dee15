"""What a reply is, and how long one is asked to be: the two values between the planner and the writer."""

from array import array
from typing import Literal

import msgspec

FinishReason = Literal["stop", "length", "tool_calls", "function_call", "content_filter"]


class Length(msgspec.Struct, frozen=True):
    """How many tokens a reply should have.

    `target` is met to the token when `exact`, otherwise by a reply that ends with a whole sentence near it. `cap` is
    the request's limit, None when it set none; no reply is longer.
    """

    target: int
    exact: bool
    cap: int | None

    def __post_init__(self) -> None:
        if self.target < 1 or (self.cap is not None and self.cap < 1):
            raise ValueError(f"a reply has at least one token: {self}")


class ToolCall(msgspec.Struct, frozen=True):
    """One call of a tool: `arguments` is a function's JSON or a custom tool's input, cut off where the cap cut it."""

    name: str
    arguments: str
    kind: Literal["function", "custom"] = "function"


class Reply(msgspec.Struct, frozen=True):
    """A finished reply, and where in its text every token ends.

    `ends[i]` is the length of the text, in code points, once token i has been said. A token that ends inside a
    character adds nothing; the character appears with the token that completes it.

    With `calls` the text is their arguments, one after the other; the tokens that say which tool is called come before
    its arguments and add nothing. `refusal`: the text is why there is no answer.
    """

    text: str
    ends: "array[int]"
    finish_reason: FinishReason
    calls: tuple[ToolCall, ...] = ()
    refusal: bool = False

    def __len__(self) -> int:
        """The number of completion tokens."""
        return len(self.ends)

    def piece(self, i: int) -> str:
        """What token i (from 0) adds to the text; the pieces join to the whole text."""
        return self.text[self.ends[i - 1] if i else 0 : self.ends[i]]
