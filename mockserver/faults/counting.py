"""What faults share that change how much is said."""

from ..answer import Answer


def counted(answer: Answer, said: int) -> Answer:
    """The answer with a usage for so many visible tokens."""
    usage = answer.plan.usage._replace(completion_tokens=answer.plan.usage.reasoning_tokens + said)
    return answer._replace(plan=answer.plan._replace(usage=usage))
