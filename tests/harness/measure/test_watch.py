"""Whether those who measure kept up."""

from dataclasses import replace

import pytest

from harness.measure.watch import MockSecond, Watched, bottlenecks, client_bottleneck, mock_bottleneck

KEPT_UP = Watched(seconds=20, late=9, busy=9, lag_max_ms=80.0, cpu=0.5)


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ([], None),
        ([KEPT_UP], None),
        ([replace(KEPT_UP, seconds=9, busy=9)], None),  # too short to prove anything
        (
            [replace(KEPT_UP, busy=10, cpu=0.97)],
            "the client was the bottleneck: the process used a whole core for 10 of 20 s; 2 would do (--processes 2)",
        ),
        (
            [replace(KEPT_UP, busy=20, cpu=1.0), KEPT_UP, replace(KEPT_UP, busy=12)],
            "the client was the bottleneck: 2 of 3 workers used a whole core for 20 of 20 s; "
            "5 would do (--processes 5)",
        ),
        (
            [replace(KEPT_UP, late=15, lag_max_ms=312.4)],
            "the client was the bottleneck: the process stood still for up to 312 ms, more than 50 ms in 15 of 20 s, "
            "without using a whole core: something else uses this machine; give the harness one of its own",
        ),
    ],
)
def test_a_client_that_was_late_or_busy_half_of_the_time_was_the_bottleneck(
    parts: list[Watched], said: str | None
) -> None:
    assert client_bottleneck(parts) == said
    assert bottlenecks(parts) == ([] if said is None else [said])


FINE = MockSecond(at=1.0, pacing_max_ms=3.0, loop_lag_ms=4.0, cpu=0.3)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        ([FINE] * 20, (None, False)),
        (
            [FINE] * 19 + [replace(FINE, pacing_max_ms=31.0)],
            (
                "the mock did not keep up throughout: streams were played up to 31 ms late, more than 20 ms in 1 s "
                "(of 20 s)",
                False,
            ),
        ),
        (
            [FINE] * 10 + [replace(FINE, loop_lag_ms=70.0, cpu=0.99)] * 10,
            (
                "the mock was the bottleneck: it stood still for up to 70 ms, more than 50 ms in 10 s; "
                "it used a whole core in 10 s (of 20 s)",
                True,
            ),
        ),
        (
            [replace(FINE, cpu=0.99)] * 9,
            ("the mock did not keep up throughout: it used a whole core in 9 s (of 9 s)", False),
        ),
    ],
)
def test_a_mock_that_was_late_is_said_and_held_against_the_run_where_it_was_so_often(
    seconds: list[MockSecond], said: tuple[str | None, bool]
) -> None:
    assert mock_bottleneck(seconds) == said
