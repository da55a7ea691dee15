import json
import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.limits.admission import LOAN_S, judge
from mockserver.limits.decision import Decision, PoolLimits
from mockserver.wire.durations import go_duration
from mockserver.wire.errors import rate_limited

FEW = PoolLimits(rpm=3, tpm=1_000)


def judged(
    limits: PoolLimits, levels: Sequence[float], tokens: int, elapsed_s: float = 0.0, loan_s: float = 0.0
) -> Decision:
    return judge(limits, levels, elapsed_s, tokens, loan_s)


@pytest.mark.parametrize(
    ("limits", "tokens", "level", "figures"),
    [
        (
            PoolLimits(tpm=30_000),
            24_754,
            15_433,
            "Limit 30000, Used 14567, Requested 24754. Please try again in 18.642s.",
        ),
        (PoolLimits(tpm=30_000), 385, 63, "Limit 30000, Used 29937, Requested 385. Please try again in 644ms."),
        (PoolLimits(tpm=30_000), 3_906, 1_961, "Limit 30000, Used 28039, Requested 3906. Please try again in 3.89s."),
        (
            PoolLimits(tpm=30_000),
            12_528,
            7_001,
            "Limit 30000, Used 22999, Requested 12528. Please try again in 11.054s.",
        ),
        (PoolLimits(tpm=200_000), 4_412, 4_131, "Limit 200000, Used 195869, Requested 4412. Please try again in 84ms."),
        (PoolLimits(tpm=50_000), 3_006, 2_051, "Limit 50000, Used 47949, Requested 3006. Please try again in 1.146s."),
        (PoolLimits(tpm=10_000), 3_082, 1_446, "Limit 10000, Used 8554, Requested 3082. Please try again in 9.816s."),
        (PoolLimits(rpm=3), 5, 0, "Limit 3, Used 3, Requested 1. Please try again in 20s."),
    ],
)
def test_refusals_read_like_those_that_users_have_pasted(
    limits: PoolLimits, tokens: int, level: float, figures: str
) -> None:
    decision = judged(limits, (level,), tokens)
    assert decision.refused is not None
    refusal = rate_limited(
        "gpt-4o",
        "org-1",
        decision.refused,
        limit=decision.limit,
        used=decision.used,
        requested=decision.requested,
        wait=go_duration(decision.retry_after_s),
    )
    assert f": {figures} Visit https://" in json.loads(refusal.body)["error"]["message"]


def test_an_admitted_request_is_debited_from_both_buckets() -> None:
    decision = judged(FEW, (3, 1_000), 100)
    assert decision.admitted
    assert list(decision.levels) == [2, 900]


def test_a_request_that_lacks_tokens_costs_no_request() -> None:
    decision = judged(FEW, (3, 99), 100)
    assert (decision.admitted, decision.refused, list(decision.levels)) == (False, "tokens", [3, 99])
    assert (decision.limit, decision.used, decision.requested) == (1_000, 901, 100)


def test_a_request_that_lacks_a_request_costs_no_tokens() -> None:
    decision = judged(FEW, (0, 1_000), 100)
    assert (decision.admitted, decision.refused, list(decision.levels)) == (False, "requests", [0, 1_000])
    assert (decision.limit, decision.used, decision.requested, decision.retry_after_s) == (3, 3, 1, 20.0)


def test_when_both_lack_the_one_that_needs_longest_is_named() -> None:
    assert judged(FEW, (0, 900), 1_000).refused == "requests"
    assert judged(FEW, (0, 0), 1_000).refused == "tokens"


def test_a_request_larger_than_the_limit_is_too_large_however_full_the_buckets() -> None:
    decision = judged(FEW, (3, 1_000), 1_001, loan_s=1.0)
    assert (decision.refused, decision.too_large, decision.limit, decision.requested) == ("tokens", True, 1_000, 1_001)
    assert decision.retry_after_s == math.inf


def test_a_request_of_exactly_the_limit_passes_once() -> None:
    first = judged(FEW, (3, 1_000), 1_000)
    assert first.admitted
    assert not judged(FEW, first.levels, 1).admitted


def test_a_dimension_without_limit_is_neither_judged_nor_shown() -> None:
    decision = judged(PoolLimits(rpm=3), (3,), 10**9)
    assert decision.admitted
    assert decision.tokens is None
    assert decision.requests is not None
    only_tokens = judged(PoolLimits(tpm=5), (5,), 5)
    assert (only_tokens.admitted, only_tokens.requests) == (True, None)


def test_elapsed_time_refills_before_judging() -> None:
    assert not judged(FEW, (0, 1_000), 1, elapsed_s=19.9).admitted
    assert judged(FEW, (0, 1_000), 1, elapsed_s=20.0).admitted


def test_a_loan_admits_a_millisecond_early_and_is_paid_back() -> None:
    limits = PoolLimits(rpm=60)
    early = judged(limits, (0.0,), 1, elapsed_s=0.999, loan_s=LOAN_S)
    assert early.admitted
    assert early.levels[0] < 0
    assert early.requests is not None
    assert early.requests.remaining == 0
    assert not judged(limits, early.levels, 1, elapsed_s=0.9985, loan_s=LOAN_S).admitted
    assert not judged(limits, (0.0,), 1, elapsed_s=0.9985, loan_s=LOAN_S).admitted


@given(
    rpm=st.integers(1, 30_000),
    tpm=st.integers(1, 150_000_000),
    shares=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    cost_share=st.floats(0, 1.2),
)
def test_a_refusal_takes_nothing_and_an_admission_takes_exactly_the_cost(
    rpm: int, tpm: int, shares: tuple[float, float], cost_share: float
) -> None:
    limits = PoolLimits(rpm, tpm)
    levels = (rpm * shares[0], tpm * shares[1])
    tokens = int(tpm * cost_share)
    decision = judged(limits, levels, tokens)
    taken = (1, tokens) if decision.admitted else (0, 0)
    assert list(decision.levels) == [level - cost for level, cost in zip(levels, taken, strict=True)]
    assert decision.admitted == (levels[0] >= 1 and levels[1] >= tokens)
