from mockserver.faults import KINDS
from profiles.due import DUE, Due, due


def test_something_is_due_for_every_kind_of_fault() -> None:
    assert {name.partition("_")[0] if name.startswith("status_") else name for name in DUE} == {*KINDS, "none"}


def test_what_is_due_depends_on_the_form_of_the_answer() -> None:
    assert due("truncate", streamed=True) == Due("truncated", "no_finish_reason")
    assert due("truncate", streamed=False) == Due("malformed", "json")
    assert due(None, streamed=True) == Due("complete")
    assert due("no such fault", streamed=True) is None
