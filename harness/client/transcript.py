"""What the model says in a stream: the chunks of `chat.completion.chunk`, put together as they come."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, cast

import orjson

from ..measure.timeline import Reply, ToolCall
from .bodies import usage_of
from .form import DATA, ContentForm
from .sse import Event

FORMS_LEARNED: Final = 8
"""How many times a stream's form is learned before it counts as having none: its chunks all differ."""


class Transcript:
    """The reply so far. `settled` when nothing more is to be learned: `[DONE]`, an error object, or nonsense."""

    __slots__ = (
        "_calls",
        "_done",
        "_error",
        "_finish",
        "_form",
        "_forms_left",
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
        self._form: ContentForm | None = None
        self._forms_left = FORMS_LEARNED
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

    @property
    def form(self) -> ContentForm | None:
        """The form of the content chunks; None where none is known, or nothing more counts."""
        return None if self.settled else self._form

    def contents(self, lines: Iterable[bytes]) -> Sequence[str] | None:
        """The contents of data lines, if all of them are of the known form."""
        form = self.form
        if form is None:
            return None
        contents = [form.content(line) for line in lines]
        return None if None in contents else cast("Sequence[str]", contents)

    def say(self, contents: Sequence[str]) -> None:
        """Take in contents of the text."""
        self._text.extend(contents)
        self.text_end += sum(map(len, contents))
        self.visible = self.visible or any(map(str.strip, contents))

    def told(self, body: bytes) -> int:
        """Take in whole events as they were sent where all are of the known form; how many there were, 0 for others.

        The events before them must have been whole too. What is not told is for the decoder and `take`.
        """
        contents = self.contents(body[:-2].split(b"\n\n")) if body.endswith(b"\n\n") else None
        if contents is None:
            return 0
        self.say(contents)
        return len(contents)

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
        if self._model is None and (model := chunk.get("model")):
            if not isinstance(model, str):
                raise TypeError("a model that is no text")
            self._model = model
        if content and self._forms_left and not event.type:
            self._learn(event.data, chunk)
        return content

    def _learn(self, data: bytes, chunk: Mapping[str, Any]) -> None:
        """The next chunks will look like this one, unless the form is known already."""
        if self._form is not None and self._form.content(DATA + data) is not None:
            return
        form = ContentForm.of(data, chunk)
        if form is not None:
            self._forms_left -= 1
            self._form = form

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
        return self._other(delta, index) or bool(text)

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
        """Content that is not text, which may come beside it."""
        refusal = delta.get("refusal")
        if refusal:
            self._say(refusal, self._refusal if index == 0 else None)
        calls = delta.get("tool_calls")
        if calls and index == 0:
            for call in calls:
                self._call(call)
        return bool(refusal or calls)

    def _call(self, part: dict[str, Any]) -> None:
        index = part["index"]
        if not isinstance(index, int):
            raise TypeError("an index that is no number")
        call = self._calls.setdefault(index, {"id": "", "name": "", "arguments": ""})
        call["id"] = call["id"] or part.get("id") or ""
        function = part.get("function") or {}
        call["name"] += function.get("name") or ""
        call["arguments"] += function.get("arguments") or ""
