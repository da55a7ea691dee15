"""What may be given as `expect`."""

from collections.abc import Callable, Sequence

from ..workload import Answer, Expect

Check = Callable[[Answer], Sequence[str]]
"""The failed expectations of an answer, one line each; empty when it is as expected."""

Expectation = Sequence[str] | Callable[[str], bool] | Expect


def check_of(expectation: Expectation) -> Check:
    """The check that is meant by a list of words (one must occur), a function (must return true) or an Expect."""
    if isinstance(expectation, str):
        raise TypeError(f"expect takes a list of words: write expect=[{expectation!r}]")
    if isinstance(expectation, Expect):
        return expectation.problems
    if callable(expectation):
        return _asking(expectation)
    return Expect(any_of=tuple(expectation)).problems


def _asking(good: Callable[[str], bool]) -> Check:
    name = getattr(good, "__name__", "expect")

    def problems(answer: Answer) -> list[str]:
        try:
            return [] if good(answer.text) else [f"{name}: not satisfied"]
        except Exception as error:  # an attempt is recorded whatever the user's own code does
            return [f"{name}: raised {type(error).__name__}"]

    return problems
