from mockserver.faults import NO_FAULT


def test_nothing_happens_to_an_answer_without_a_fault() -> None:
    answer = object()
    assert NO_FAULT.edit(lambda: answer, "req_1") is answer
    assert (NO_FAULT.kind, NO_FAULT.layer) == ("none", "application")
