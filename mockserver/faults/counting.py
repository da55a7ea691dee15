"""What faults share that change how much is said."""

from dataclasses import replace

from ..answer import Answer


def counted(answer: Answer, said: int) -> Answer:
    """The answer with a usage for so many visible tokens."""
    usage = replace(answer.plan.usage, completion_tokens=answer.plan.usage.reasoning_tokens + said)
    return replace(answer, plan=replace(answer.plan, usage=usage))
