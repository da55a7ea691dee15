"""Intended times."""

import itertools
import math
import statistics
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.load.arrivals import arrivals_of
from harness.load.grammar import plan_of
from harness.load.plan import Plan
from harness.swarm.share import Share
from tests.harness.load.test_plan import PLANS

KINDS = ["constant", "poisson", "gamma:burstiness=0.25", "gamma:burstiness=4"]


def first(kind: str, plan: Plan, count: int, seed: int = 0) -> list[float]:
    return list(itertools.islice(arrivals_of(kind).times(plan, seed), count))


@pytest.mark.parametrize(
    ("kind", "variation"), [("constant", 0), ("poisson", 1), ("gamma:burstiness=0.25", 2), ("gamma:burstiness=4", 0.5)]
)
def test_the_gaps_vary_as_the_kind_says_around_one_mean(kind: str, variation: float) -> None:
    times = first(kind, Plan.constant(20), 40_000, seed=1)
    gaps = [after - before for before, after in pairwise(times)]
    mean = statistics.fmean(gaps)
    assert mean == pytest.approx(1 / 20, rel=0.04)
    assert statistics.pstdev(gaps) / mean == pytest.approx(variation, rel=0.04, abs=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_every_stage_has_as_many_arrivals_as_it_says_on_average_the_first_too(kind: str) -> None:
    plan = plan_of("0-2s: 0->3, 2-3s: 20, 3-5s: 6->0")
    runs = 1500
    counts = [0, 0, 0]
    for seed in range(runs):
        for at_s in arrivals_of(kind).times(plan, seed):
            counts[(at_s >= 2) + (at_s >= 3)] += 1
    for count, stage in zip(counts, plan.stages, strict=True):
        assert count / runs == pytest.approx(stage.total, rel=0.08)


def test_constant_arrivals_stand_in_the_middle_of_their_time() -> None:
    assert first("constant", Plan.constant(4), 3) == [0.125, 0.375, 0.625]
    assert len(list(arrivals_of("constant").times(Plan.constant(20).until(60), 0))) == 1200


@settings(max_examples=30)
@given(PLANS, st.sampled_from(KINDS), st.integers(0, 99))
def test_times_rise_from_the_begin_to_the_end_of_the_plan(plan: Plan, kind: str, seed: int) -> None:
    times = first(kind, plan, 500, seed)
    assert all(before <= after for before, after in pairwise([0.0, *times, math.inf]))
    assert all(at_s <= plan.end_s for at_s in times)


@given(st.sampled_from(KINDS), st.integers(0, 99), st.integers(1, 7))
def test_the_shares_of_the_workers_are_the_sequence_whatever_their_number(kind: str, seed: int, workers: int) -> None:
    plan = plan_of("0-10s: 1->5, 10-20s: 5")
    whole = first(kind, plan, 1000, seed)
    shares = [first(kind, plan, 1000, seed)[r :: Share(r, workers).workers] for r in range(workers)]
    assert sorted(itertools.chain(*shares)) == whole


def test_another_seed_gives_another_sequence_and_the_same_the_same() -> None:
    assert first("poisson", Plan.constant(1), 5, 1) == first("poisson", Plan.constant(1), 5, 1)
    assert first("poisson", Plan.constant(1), 5, 1) != first("poisson", Plan.constant(1), 5, 2)
    assert first("gamma", Plan.constant(1), 5) == first("gamma, burstiness=0.5", Plan.constant(1), 5)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("even", "'even' is no kind of arrivals; write constant, poisson or gamma:burstiness=0.5"),
        ("gamma:burst=2", "'burst=2' is no setting of gamma; there are: burstiness"),
        ("gamma:burstiness=0", "gamma: burstiness: '0' is no burstiness; write 0.01 (bursts) to 1000 (even)"),
        ("poisson:burstiness=2", "'burstiness=2' is no setting of poisson; it has none"),
    ],
)
def test_what_is_no_kind_is_a_line_with_what_would_be_right(text: str, why: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the text is compared below
        arrivals_of(text)
    assert str(refused.value).startswith(why)


@pytest.mark.parametrize("kind", ["constant", "poisson", "gamma:burstiness=0.25"])
def test_a_kind_says_itself_as_it_is_read(kind: str) -> None:
    assert str(arrivals_of(kind)) == kind
