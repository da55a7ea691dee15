from harness.measure.summary import fold
from harness.report.intervals import intervals_line
from tests.harness.measure.test_summary import done, refused


def test_a_line_tells_how_far_the_table_can_be_trusted() -> None:
    whole = fold([*(done(n) for n in range(190)), *(refused(n) for n in range(190, 200))]).whole
    (line,) = intervals_line(whole)
    assert line == (
        "95 % intervals: complete 95.00% (91.04% to 97.26%); TTFT p95 205 ms (203 ms to 205 ms); "
        "total p95 312 ms (309 ms to 315 ms)"
    )


def test_an_end_that_few_values_do_not_carry_is_open() -> None:
    (line,) = intervals_line(fold(done(n) for n in range(60)).whole)
    assert "TTFT p95 205 ms (203 ms or more)" in line


def test_nothing_is_said_of_nothing() -> None:
    assert list(intervals_line(fold([]).whole)) == []
