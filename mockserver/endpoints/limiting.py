"""Asking the limiter about a call, putting its answer into the API's words, and telling it how the call ended."""

import msgspec

from profiles.catalogue import ModelFacts
from profiles.pricing import price_usd

from ..limits import Decision, Pool, States, charge, ratelimit_headers, retry_headers
from ..limits.claim import Claim
from ..question import Conversation
from ..wire import errors
from ..wire.bodies import Usage
from ..wire.durations import go_duration
from ..wire.errors import Refusal
from .call import Call


class Admission(msgspec.Struct, frozen=True):
    """What is owed when an admitted call is over. `settles`: the tokens that were charged are corrected."""

    claim: Claim
    lease: str | None
    settles: bool

    async def close(self, call: Call, facts: ModelFacts, usage: Usage | None) -> None:
        """Tell the store that the call is over; `usage` is None when nothing was said."""
        store = call.simulation.store
        if self.lease is not None:
            await store.release(self.claim.pools, self.lease)
        if usage is None:
            used, usd = 0, 0.0
        else:
            used = usage.prompt_tokens + usage.completion_tokens
            usd = price_usd(facts, usage.prompt_tokens, usage.cached_tokens, usage.completion_tokens) or 0.0
        if self.settles and used != self.claim.tokens:
            now = call.simulation.clock.simulated(call.simulation.clock.now())
            await store.settle(self.claim.pools, used - self.claim.tokens, now)
        if self.claim.budgets and usd:
            await store.spend([budget.name for budget in self.claim.budgets], usd)


async def admit(call: Call, facts: ModelFacts, conversation: Conversation) -> Admission | Refusal | None:
    """Debit a call from its pools, and note their levels for its headers; the refusal if one does not allow it.

    None when nothing is limited and nobody has to hear of the call's end.
    """
    simulation, member = call.simulation, call.member
    usual = simulation.current.limits
    pools = member.pools(facts.pool, usual)
    if not pools and not member.budgets:
        return None
    policy = member.policy(usual)
    claim = Claim(pools, charge(policy.charge, conversation, call.envelope.body.fields or {}), member.budgets)
    now = simulation.clock.simulated(call.trace.received_at)
    decision = await simulation.store.admit(claim, now)
    states = decision.states
    if states:
        simulation.levels.note(pools[0].name, now, states)
    call.ratelimit = ratelimit_headers(states, simulation.settings.speed)
    call.trace.limits = _levels(states)
    if decision.refused == "concurrent":
        call.trace.limits = {**call.trace.limits, "concurrent_limit": decision.limit, "concurrent_open": decision.used}
    if decision.refused is not None:
        return _refusal(decision, facts.pool, simulation.settings.speed)
    settles = policy.settle and bool(decision.claim.pools)
    if decision.lease is None and not settles and not claim.budgets:
        return None
    return Admission(claim, decision.lease, settles)


def _refusal(decision: Decision, model: str, speed: float) -> Refusal:
    match decision.refused:
        case "quota":
            return errors.insufficient_quota()
        case "store" | None:
            return errors.overloaded()
        case "concurrent":
            return errors.too_many_open(model, _pool(decision).whose, limit=decision.limit, used=decision.used)
        case dimension:
            return _rate_limited(decision, dimension, _pool(decision), model, speed)


def _rate_limited(decision: Decision, dimension: errors.Dimension, pool: Pool, model: str, speed: float) -> Refusal:
    if decision.retry_after_s is None or decision.too_large:
        return errors.request_too_large(
            model, pool.whose, dimension, limit=decision.limit, requested=decision.requested, hint=pool.hint
        )
    return errors.rate_limited(
        model,
        pool.whose,
        dimension,
        limit=decision.limit,
        used=decision.used,
        requested=decision.requested,
        wait=go_duration(decision.retry_after_s / speed),
        hint=pool.hint,
        headers=tuple(retry_headers(decision, speed)),
    )


def _pool(decision: Decision) -> Pool:
    return decision.claim.pools[decision.pool]


def _levels(states: States) -> dict[str, float]:
    """What the journal keeps of a decision."""
    levels: dict[str, float] = {}
    for name, state in states:
        levels[f"{name}_limit"] = state.limit
        levels[f"{name}_remaining"] = state.remaining
    return levels
