"""What the model says in a stream: the chunks of `chat.completion.chunk`, put together as they come."""

from collections.abc import Mapping
from typing import Any

import orjson

from ..measure.timeline import Reply, ToolCall
from .bodies import usage_of
from .sse import Event


class Transcript:
    """The reply so far. `settled` when nothing more is to be learned: `[DONE]`, an error object, or nonsense."""

    __slots__ = (
        "_calls",
        "_done",
        "_error",
        "_finish",
        "_malformed",
        "_model",
        "_refusal",
        "_seen",
        "_text",
        "_usage",
        "settled",
        "text_end",
        "visible",
    )

    def __init__(self) -> None:
        self.settled = False
        self.visible = False
        self.text_end = 0
        self._done = False
        self._text: list[str] = []
        self._refusal: list[str] = []
        self._calls: dict[int, dict[str, str]] = {}
        self._finish: dict[int, str] = {}
        self._seen = {0}
        self._usage: Any = None
        self._model: str | None = None
        self._error: Mapping[str, Any] | None = None
        self._malformed: str | None = None

    def take(self, event: Event) -> bool:
        """Take in one event; whether it brought content (text, refusal, or a part of a tool call)."""
        if self.settled:
            return False
        if event.data.startswith(b"[DONE]"):
            self.settled = self._done = True
            return False
        try:
            return self._chunk(event, orjson.loads(event.data))
        except orjson.JSONDecodeError:
            self.malformed("json")
        except (KeyError, TypeError, AttributeError):
            self.malformed("chunk")
        return False

    def malformed(self, what: str) -> None:
        """Note that the answer is not of the API's form."""
        self._malformed = what
        self.settled = True

    def reply(self) -> Reply:
        """The reply as far as it got."""
        return Reply(
            text="".join(self._text),
            refusal="".join(self._refusal),
            tool_calls=tuple(ToolCall(**self._calls[index]) for index in sorted(self._calls)),
            finish_reason=self._finish.get(0) if self._seen <= self._finish.keys() else None,
            done_seen=self._done,
            usage=usage_of(self._usage),
            model=self._model,
            choices=len(self._seen),
            error=self._error,
            malformed=self._malformed,
        )

    def _chunk(self, event: Event, chunk: dict[str, Any]) -> bool:
        if chunk.get("error") or event.type == b"error":
            error = chunk.get("error") or chunk
            self._error = error if isinstance(error, dict) else {"message": str(error)}
            self.settled = True
            return False
        content = False
        for choice in chunk["choices"]:
            content |= self._choice(choice)
        if chunk.get("usage"):
            self._usage = chunk["usage"]
        if self._model is None:
            self._model = chunk.get("model") or None
        return content

    def _choice(self, choice: dict[str, Any]) -> bool:
        index = choice.get("index") or 0
        if index:
            self._seen.add(index)
        reason = choice.get("finish_reason")
        if reason:
            if not isinstance(reason, str):
                raise TypeError("a finish_reason that is no text")
            self._finish[index] = reason
        delta = choice.get("delta")
        if not delta:
            return False
        text = delta.get("content")
        if text:
            self._say(text, self._text if index == 0 else None)
            return True
        return self._other(delta, index)

    def _say(self, text: str, into: list[str] | None) -> None:
        if not isinstance(text, str):
            raise TypeError("content that is no text")
        if not self.visible and text.strip():
            self.visible = True
        if into is not None:
            into.append(text)
            if into is self._text:
                self.text_end += len(text)

    def _other(self, delta: dict[str, Any], index: int) -> bool:
        """Content that is not text."""
        refusal = delta.get("refusal")
        if refusal:
            self._say(refusal, self._refusal if index == 0 else None)
        calls = delta.get("tool_calls")
        if calls and index == 0:
            for call in calls:
                self._call(call)
        return bool(refusal or calls)

    def _call(self, part: dict[str, Any]) -> None:
        call = self._calls.setdefault(part["index"], {"id": "", "name": "", "arguments": ""})
        call["id"] = call["id"] or part.get("id") or ""
        function = part.get("function") or {}
        call["name"] += function.get("name") or ""
        call["arguments"] += function.get("arguments") or ""
