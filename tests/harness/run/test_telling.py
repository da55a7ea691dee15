"""Saying how far something is."""

from itertools import count

import pytest

from harness.run.telling import counted


@pytest.mark.parametrize(
    ("total", "said"),
    [
        (45, ["making the report: 20 of 45 records", "making the report: 40 of 45 records"]),
        (None, ["making the report: 20 records", "making the report: 40 records"]),
    ],
)
def test_every_few_seconds_it_is_said(total: int | None, said: list[str]) -> None:
    clock, lines = count(0.0, 1.5), list[str]()
    values = counted(range(40), total, lines.append, at_once=10, now=lambda: next(clock))
    assert list(values) == list(range(40))
    assert lines == said


def test_of_what_is_quick_nothing_is_said() -> None:
    assert list(counted(range(30), 30, pytest.fail, now=lambda: 0.0)) == list(range(30))
