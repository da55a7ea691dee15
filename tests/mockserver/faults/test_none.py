from typing import cast

from mockserver.answer import Answer
from mockserver.faults import NO_FAULT, Asked


def test_nothing_happens_to_an_answer_without_a_fault() -> None:
    answer = cast("Answer", object())
    assert NO_FAULT.edit(lambda _: answer, Asked("req_1")) is answer
    assert (NO_FAULT.kind, NO_FAULT.layer, NO_FAULT.replaces) == ("none", "application", False)
