"""Carries questions to a script in Redis and answers back: all that wait at once in one go, in the order they came."""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from redis.asyncio import Redis
from redis.exceptions import NoScriptError, RedisError

from .lifeline import Lifeline

_MOST_AT_ONCE: Final = 128
"""A server with a thousand requests in its hands must not wait for all of their answers to send the first on."""

Answer = list[str] | None


class _Question(NamedTuple):
    keys: Sequence[str]
    content: bytes
    answer: "asyncio.Future[Answer]"


class Courier:
    """One connection to `redis`, on which `script` is asked; nothing runs while there is nothing to carry."""

    def __init__(self, redis: "Redis", script: str, lifeline: Lifeline) -> None:
        self._redis = redis
        self._script = script
        self._digest = ""
        self._lifeline = lifeline
        self._waiting: deque[_Question] = deque()
        self._round: asyncio.Task[None] | None = None

    async def ask(self, keys: Sequence[str], content: bytes) -> Answer:
        """The script's answer; None when Redis does not give one."""
        loop = asyncio.get_running_loop()
        if not self._lifeline.may_try(loop.time()):
            return None
        question = _Question(keys, content, loop.create_future())
        self._waiting.append(question)
        if self._round is None:
            self._round = loop.create_task(self._deliver())
        return await question.answer

    async def forget(self, pattern: str) -> None:
        """Delete the keys of a pattern, as far as Redis can be reached."""
        try:
            async for key in self._redis.scan_iter(match=pattern, count=1_000):
                await self._redis.delete(key)
        except (RedisError, OSError) as error:
            self._lifeline.failed(error, asyncio.get_running_loop().time())

    async def close(self) -> None:
        """Answer nobody any more, and let go of the connection."""
        if self._round is not None:
            self._round.cancel()
        await self._redis.aclose()

    async def _deliver(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            asked = [self._waiting.popleft() for _ in range(min(len(self._waiting), _MOST_AT_ONCE))]
            answers: Sequence[Any]
            try:
                answers = await self._answers(asked)
            except (RedisError, OSError) as error:
                self._lifeline.failed(error, loop.time())
                asked += self._waiting
                self._waiting.clear()
                answers = [None] * len(asked)
            else:
                self._lifeline.answered()
            for question, answer in zip(asked, answers, strict=True):
                if not question.answer.done():
                    question.answer.set_result(answer)
        self._round = None

    async def _answers(self, asked: Sequence[_Question]) -> Sequence[Any]:
        """All answers. A Redis that was started anew does not know the script; then none of them was judged."""
        if not self._digest:
            self._digest = await self._redis.script_load(self._script)
        try:
            return await self._run(asked)
        except NoScriptError:
            self._digest = await self._redis.script_load(self._script)
            return await self._run(asked)

    async def _run(self, asked: Sequence[_Question]) -> Sequence[Any]:
        together = self._redis.pipeline(transaction=False)
        for question in asked:
            together.evalsha(self._digest, len(question.keys), *question.keys, question.content)
        return await together.execute()
