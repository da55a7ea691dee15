"""Figures as the page writes them."""

import pytest

from harness.report.html.words import count, measured, share, span, usd


@pytest.mark.parametrize(
    ("part", "of", "said"),
    [
        (0, 0, "–"),
        (0, 9, "0%"),
        (9, 9, "100%"),
        (1, 3, "33.3%"),
        (99_999, 100_000, ">99.9%"),
        (1, 100_000, "<0.1%"),
    ],
)
def test_a_share_is_never_rounded_to_all_or_nothing(part: int, of: int, said: str) -> None:
    assert share(part, of) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.25, "0.25 s"),
        (9.5, "9.5 s"),
        (59.4, "59 s"),
        (60, "1 min"),
        (125, "2 min 5 s"),
        (3600, "1 h"),
        (3780, "1 h 3 min"),
    ],
)
def test_lengths_of_time(seconds: float, said: str) -> None:
    assert span(seconds) == said


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (None, "ms", "–"),
        (812.4, "ms", "812 ms"),
        (99.5, "%", "99.5%"),
        (0.5, "usd", "$0.5000"),
        (1.2, "", "1.2"),
        (1200.0, "/s", "1,200 /s"),
    ],
)
def test_figures_of_objectives_have_their_units(value: float | None, unit: str, said: str) -> None:
    assert measured(value, unit) == said


def test_counts_and_dollars() -> None:
    assert (count(None), count(1204)) == ("–", "1,204")
    assert (usd(None), usd(0.00421), usd(1.5), usd(1234.5)) == ("–", "$0.0042", "$1.50", "$1,234.50")
