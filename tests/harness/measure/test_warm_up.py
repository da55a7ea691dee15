from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.measure.series import Series
from harness.measure.summary import fold
from harness.measure.warm_up import BATCH, WarmUp, mser5, warm_up, without
from profiles.record import Record
from tests.harness.measure.test_summary import done, refused


def settling(chance: Random, n: int, slow: int, factor: float) -> list[float]:
    """Latencies of which the first `slow` fall from `factor` times the others to their level."""
    return [chance.lognormvariate(5, 0.2) * max(1.0, factor - (factor - 1) * i / slow if slow else 1) for i in range(n)]


def simple(values: list[float]) -> list[float]:
    """The marginal standard error of every truncation, by the definition."""
    batches = [sum(values[i : i + BATCH]) / BATCH for i in range(0, len(values) - BATCH + 1, BATCH)]
    errors = []
    for d in range(len(batches) - BATCH + 1):
        kept = batches[d:]
        mean = sum(kept) / len(kept)
        errors.append(sum((value - mean) ** 2 for value in kept) / len(kept) ** 2)
    return errors


@given(st.lists(st.floats(1, 10_000), min_size=100, max_size=300))
def test_the_truncation_is_the_one_with_the_least_marginal_error(values: list[float]) -> None:
    errors = simple(values)
    d = mser5(values)
    if d is None:
        assert min(errors[: len(errors) // 2]) >= min(errors) * (1 - 1e-9)
    else:
        assert d % BATCH == 0
        assert errors[d // BATCH] == pytest.approx(min(errors), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("slow", [100, 300, 600])
def test_a_slow_begin_is_found_and_little_more(slow: int) -> None:
    for seed in range(10):
        found = mser5(settling(Random(seed), 2000, slow, 4.0))
        assert found is not None
        assert 0.6 * slow <= found <= slow + 250


def test_what_is_steady_from_the_begin_loses_little() -> None:
    left_out = [mser5(settling(Random(seed), 2000, 0, 1.0)) for seed in range(20)]
    assert sorted(d or 0 for d in left_out)[15] <= 400


@pytest.mark.parametrize("values", [[], [1.0] * 99, [float(2000 - i) for i in range(1000)]])
def test_few_values_and_those_that_never_settle_have_no_warm_up(values: list[float]) -> None:
    assert mser5(values) is None


def series_of(records: list[Record]) -> Series:
    series = Series()
    for record in records:
        series.add(record)
    return series


def test_so_many_seconds_from_the_first_sending_are_left_out() -> None:
    series = series_of([done(n) for n in range(40)])
    found = warm_up(series, "10s", 10.0)
    assert found == WarmUp(asked="10s", seconds=10.0, until=pytest.approx(1010.005), attempts=10, of=40)  # type: ignore[arg-type]
    assert "the first 10.0 s, 10 of 40 attempts, are left out" in str(found)


def test_auto_ends_where_ttft_settles_in_the_order_of_sending() -> None:
    records = [done(n, first_token_ms=900.0 - 7 * min(n, 100) + n % 7) for n in range(600)]
    Random(3).shuffle(records)
    found = warm_up(series_of(records), "auto", "auto")
    assert found.seconds is not None
    assert 80 <= found.seconds <= 120
    assert found.attempts == pytest.approx(found.seconds, abs=1)


def test_auto_takes_the_whole_latency_where_nothing_is_streamed() -> None:
    records = [done(n, stream=False, done_ms=900.0 - 7 * min(n, 100) + n % 7) for n in range(600)]
    assert warm_up(series_of(records), "auto", "auto").attempts >= 80


def test_without_an_end_nothing_is_left_out_and_that_is_said() -> None:
    found = warm_up(series_of([done(n) for n in range(30)]), "auto", "auto")
    assert (found.until, found.attempts) == (None, 0)
    assert "no end was found, nothing is left out" in str(found)
    assert warm_up(Series(), "10s", 10.0).until is None


def test_latencies_and_rates_are_of_what_came_later_and_counts_and_cost_of_all() -> None:
    early = [done(n, class_="early", first_token_ms=900.0, cost_usd=0.5, stage="1") for n in range(20)]
    late = [done(n, first_token_ms=100.0, cost_usd=0.25, stage="2") for n in range(20, 120)]
    failed = [refused(n) for n in range(10)]
    whole, measured = fold([*early, *late, *failed]), fold(late)
    mixed = without(whole, measured)
    assert mixed.whole.ttft_ms == measured.whole.ttft_ms
    assert mixed.whole.e2e_all_ms == measured.whole.e2e_all_ms
    assert mixed.whole.tokens.total_per_s == measured.whole.tokens.total_per_s
    assert (mixed.whole.requests, mixed.whole.calls) == (whole.whole.requests, whole.whole.calls)
    assert (mixed.whole.cost_usd, mixed.whole.tokens.prompt) == (35.0, 1200)
    assert mixed.classes["early"].ttft_ms.n == 0
    assert mixed.classes["early"].requests.total == 20
    assert [stage.section.ttft_ms.n for stage in mixed.stages] == [0, 100]
