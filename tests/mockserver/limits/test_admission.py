import json
import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.limits.admission import LOAN_S, judge, refilled, settled
from mockserver.limits.claim import Claim, Pool, PoolLimits
from mockserver.limits.decision import Decision
from mockserver.wire.durations import go_duration
from mockserver.wire.errors import Dimension, rate_limited

FEW = PoolLimits(rpm=3, tpm=1_000)
RPM, RPD, TPM, TPD = range(4)


def judged(limits: PoolLimits, tokens: int, loan_s: float = 0.0, **taken: float) -> Decision:
    return judge(Claim((Pool("p", limits),), tokens), [_taken(**taken)], [0.0], loan_s)


def _taken(*, rpm: float = 0.0, rpd: float = 0.0, tpm: float = 0.0, tpd: float = 0.0) -> Sequence[float]:
    return (rpm, rpd, tpm, tpd)


@pytest.mark.parametrize(
    ("limits", "tokens", "dimension", "used", "figures"),
    [
        (
            PoolLimits(tpm=30_000),
            24_754,
            "tpm",
            14_567,
            "tokens per min (TPM): Limit 30000, Used 14567, Requested 24754. Please try again in 18.642s.",
        ),
        (
            PoolLimits(tpm=30_000),
            385,
            "tpm",
            29_937,
            "tokens per min (TPM): Limit 30000, Used 29937, Requested 385. Please try again in 644ms.",
        ),
        (
            PoolLimits(tpm=200_000),
            4_412,
            "tpm",
            195_869,
            "tokens per min (TPM): Limit 200000, Used 195869, Requested 4412. Please try again in 84ms.",
        ),
        (
            PoolLimits(rpm=3),
            5,
            "rpm",
            3,
            "requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in 20s.",
        ),
        (
            PoolLimits(rpm=3, rpd=200),
            5,
            "rpd",
            200,
            "requests per day (RPD): Limit 200, Used 200, Requested 1. Please try again in 7m12s.",
        ),
        (
            PoolLimits(rpd=10_000),
            5,
            "rpd",
            10_000,
            "requests per day (RPD): Limit 10000, Used 10000, Requested 1. Please try again in 8.64s.",
        ),
        (
            PoolLimits(tpd=86_400),
            100,
            "tpd",
            86_350,
            "tokens per day (TPD): Limit 86400, Used 86350, Requested 100. Please try again in 50s.",
        ),
    ],
)
def test_refusals_read_like_those_that_users_have_pasted(
    limits: PoolLimits, tokens: int, dimension: Dimension, used: int, figures: str
) -> None:
    decision = judged(limits, tokens, **{dimension: used})
    assert decision.refused == dimension
    assert decision.retry_after_s is not None
    refusal = rate_limited(
        "gpt-4o",
        "organization org-1",
        dimension,
        limit=decision.limit,
        used=decision.used,
        requested=decision.requested,
        wait=go_duration(decision.retry_after_s),
    )
    said = json.loads(refusal.body)["error"]["message"]
    assert said.startswith(f"Rate limit reached for gpt-4o in organization org-1 on {figures} Visit https://")


def test_an_admitted_request_is_debited_from_every_bucket() -> None:
    limits = PoolLimits(rpm=3, rpd=10, tpm=1_000, tpd=5_000)
    assert judged(limits, 100, tpd=7).taken == [[1, 1, 100, 107]]


def test_a_request_that_lacks_tokens_costs_no_request() -> None:
    decision = judged(FEW, 100, tpm=901)
    assert (decision.admitted, decision.refused, decision.taken) == (False, "tpm", [[0, 0, 901, 0]])
    assert (decision.limit, decision.used, decision.requested) == (1_000, 901, 100)


def test_a_request_that_lacks_a_request_costs_no_tokens() -> None:
    decision = judged(FEW, 100, rpm=3)
    assert (decision.admitted, decision.refused, decision.taken) == (False, "rpm", [[3, 0, 0, 0]])
    assert (decision.limit, decision.used, decision.requested, decision.retry_after_s) == (3, 3, 1, 20.0)


def test_when_several_lack_the_one_that_needs_longest_is_named() -> None:
    assert judged(FEW, 1_000, rpm=3, tpm=100).refused == "rpm"
    assert judged(FEW, 1_000, rpm=3, tpm=1_000).refused == "tpm"
    assert judged(PoolLimits(rpm=3, rpd=3), 1, rpm=3, rpd=3).refused == "rpd"


def test_a_request_larger_than_the_limit_is_too_large_however_full_the_buckets() -> None:
    decision = judged(FEW, 1_001, loan_s=1.0)
    assert (decision.refused, decision.too_large, decision.limit, decision.requested) == ("tpm", True, 1_000, 1_001)
    assert decision.retry_after_s == math.inf


def test_requests_are_counted_in_slices_and_tokens_are_not() -> None:
    limits = PoolLimits(rpm=60, tpm=6_000, slice_s=10)
    assert judged(limits, 6_000, rpm=9).admitted
    refused = judged(limits, 10, rpm=10)
    assert (refused.refused, refused.limit, refused.used, refused.retry_after_s) == ("rpm", 60, 10, 1.0)


def test_a_request_of_exactly_the_limit_passes_once() -> None:
    assert judged(FEW, 1_000).admitted
    assert not judged(FEW, 1, tpm=1_000).admitted


def test_a_dimension_without_limit_is_neither_judged_nor_counted_nor_shown() -> None:
    decision = judged(PoolLimits(rpm=3), 10**9)
    assert (decision.admitted, decision.taken) == (True, [[1, 0, 0, 0]])
    assert [unit for unit, _ in decision.states] == ["requests"]
    assert [unit for unit, _ in judged(PoolLimits(tpm=5), 5).states] == ["tokens"]
    assert refilled(PoolLimits(rpm=3), (1, 5, 7, 9), 0.0) == [1, 0, 0, 0]


@pytest.mark.parametrize(
    ("limits", "taken", "shown"),
    [
        (PoolLimits(rpm=500, rpd=10_000), {}, (10_000, 9_999, 8.64)),
        (PoolLimits(rpm=500, rpd=10_000), {"rpm": 400}, (500, 99, 401 * 0.12)),
        (PoolLimits(rpm=500), {}, (500, 499, 0.12)),
    ],
)
def test_of_a_minute_and_a_day_the_one_that_is_full_again_last_is_shown(
    limits: PoolLimits, taken: dict[str, float], shown: tuple[int, int, float]
) -> None:
    ((_, state),) = judged(limits, 1, **taken).states
    assert state[:2] == shown[:2]
    assert state.reset_s == pytest.approx(shown[2])


def test_all_pools_admit_or_none_is_debited() -> None:
    both = Claim((Pool("organization", PoolLimits(rpm=10)), Pool("project", PoolLimits(rpm=2))), 1)
    admitted = judge(both, [_taken(rpm=1), _taken(rpm=1)], [0.0, 0.0], 0.0)
    assert (admitted.admitted, admitted.taken) == (True, [[2, 0, 0, 0], [2, 0, 0, 0]])
    refused = judge(both, admitted.taken, [0.0, 0.0], 0.0)
    assert (refused.refused, refused.pool, refused.limit, refused.taken) == ("rpm", 1, 2, admitted.taken)


def test_of_two_pools_the_tighter_is_shown() -> None:
    both = Claim((Pool("organization", PoolLimits(rpm=10)), Pool("project", PoolLimits(rpm=2))), 1)
    ((_, state),) = judge(both, [_taken(), _taken()], [0.0, 0.0], 0.0).states
    assert (state.limit, state.remaining) == (2, 1)


def test_a_refusal_takes_a_request_where_refusals_do_but_never_more_than_there_is() -> None:
    limits = PoolLimits(rpm=3, rpd=10, tpm=100, refused_debits=True)
    assert judged(limits, 90, rpm=1, rpd=5, tpm=50).taken == [[2, 6, 50, 0]]
    assert judged(limits, 90, rpm=2.5, rpd=10, tpm=50).taken == [[3, 10, 50, 0]]
    assert judged(limits, 1, rpm=3.001, rpd=5).taken == [[3.001, 6, 0, 0]]


def test_a_loan_admits_a_millisecond_early_and_is_paid_back() -> None:
    limits = PoolLimits(rpm=60)
    early = judged(limits, 1, LOAN_S, rpm=60 - 0.999)
    assert early.admitted
    ((_, state),) = early.states
    assert (early.taken[0][RPM] > 60, state.remaining) == (True, 0)
    assert not judged(limits, 1, LOAN_S, rpm=early.taken[0][RPM] - 0.9985).admitted
    assert not judged(limits, 1, LOAN_S, rpm=60 - 0.9985).admitted


def test_what_an_answer_really_cost_is_taken_or_given_back_in_tokens_alone() -> None:
    limits = PoolLimits(rpm=3, tpm=1_000, tpd=5_000)
    assert settled(limits, (1, 0, 100, 200), 50) == [1, 0, 150, 250]
    assert settled(limits, (1, 0, 100, 200), -150) == [1, 0, 0, 50]


@given(
    rpm=st.integers(1, 30_000),
    tpm=st.integers(1, 150_000_000),
    shares=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    cost_share=st.floats(0, 1.2),
)
def test_a_refusal_takes_nothing_and_an_admission_takes_exactly_the_cost(
    rpm: int, tpm: int, shares: tuple[float, float], cost_share: float
) -> None:
    before = (rpm * shares[0], tpm * shares[1])
    tokens = int(tpm * cost_share)
    decision = judged(PoolLimits(rpm, tpm), tokens, rpm=before[0], tpm=before[1])
    cost = (1, tokens) if decision.admitted else (0, 0)
    assert (decision.taken[0][RPM], decision.taken[0][TPM]) == (before[0] + cost[0], before[1] + cost[1])
    assert decision.admitted == (before[0] + 1 <= rpm and before[1] + tokens <= tpm)
