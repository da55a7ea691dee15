"""How a choice is said in deltas: what opens it, and what stands around each piece."""

from typing import Any, Final, Literal

import msgspec
import orjson

CallKind = Literal["function", "custom"]

_ARGUMENTS: Final = {"function": "arguments", "custom": "input"}
_PIECE: Final = "<piece>"


class Deltas(msgspec.Struct, frozen=True):
    """The deltas of one choice: `opening` is the first, `before` + a JSON string + `after` each later one."""

    opening: bytes
    before: bytes
    after: bytes

    def delta(self, piece: str) -> bytes:
        """The delta of one piece."""
        return self.before + orjson.dumps(piece) + self.after


TEXT: Final = Deltas(b'{"role":"assistant","content":"","refusal":null}', b'{"content":', b"}")

REFUSAL: Final = Deltas(b'{"role":"assistant","content":null,"refusal":""}', b'{"refusal":', b"}")
"""No stream of a refusal was recorded: the form that clients are written for."""

SEVERAL_CALLS: Final = b'{"role":"assistant","content":null}'
"""What opens a choice that makes two calls or more; each of them has an opening of its own."""


class CallHead(msgspec.Struct, frozen=True):
    """What says which tool is called."""

    id: str
    name: str
    kind: CallKind = "function"

    def to_dict(self, arguments: str) -> dict[str, Any]:
        """The call with these arguments, as a whole answer holds it."""
        return {"id": self.id, "type": self.kind, self.kind: {"name": self.name, _ARGUMENTS[self.kind]: arguments}}


def only_call(head: CallHead) -> Deltas:
    """One call: its head is in the delta that says who speaks."""
    opening = {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"index": 0, **head.to_dict("")}],
        "refusal": None,
    }
    return _around(orjson.dumps(opening), _fragment(0, head.kind))


def one_of_several(index: int, head: CallHead) -> Deltas:
    """One call of several."""
    opening = {"tool_calls": [{"index": index, **head.to_dict("")}]}
    return _around(orjson.dumps(opening), _fragment(index, head.kind))


def legacy_call(name: str) -> Deltas:
    """The call of one of `functions`: no stream of one was recorded since 2023, so in the manner of a tool's."""
    opening = {
        "role": "assistant",
        "content": None,
        "function_call": {"name": name, "arguments": ""},
        "refusal": None,
    }
    return _around(orjson.dumps(opening), {"function_call": {"arguments": _PIECE}})


def _fragment(index: int, kind: CallKind) -> dict[str, Any]:
    return {"tool_calls": [{"index": index, kind: {_ARGUMENTS[kind]: _PIECE}}]}


def _around(opening: bytes, delta: dict[str, Any]) -> Deltas:
    before, _, after = orjson.dumps(delta).partition(f'"{_PIECE}"'.encode())
    return Deltas(opening, before, after)
