"""Asking the limiter about a call, and putting its answer into the API's words."""

from profiles.catalogue import ModelFacts

from ..limits import Decision, States, prompt_estimate, ratelimit_headers, retry_headers
from ..question import Conversation
from ..wire import errors
from ..wire.durations import go_duration
from ..wire.errors import Refusal
from .call import Call


async def admit(call: Call, facts: ModelFacts, conversation: Conversation) -> Refusal | None:
    """Debit a call from its pool's limits, and note them for its headers; the refusal if they do not allow it."""
    simulation = call.simulation
    limits = simulation.limits.for_pool(facts.pool)
    if limits is None:
        return None
    now = simulation.clock.simulated(call.trace.received_at)
    key = f"{call.account.organization_id}/{facts.pool}"
    decision = await simulation.store.admit(key, limits, prompt_estimate(conversation), now)
    states = decision.states
    call.ratelimit = ratelimit_headers(states, simulation.settings.speed)
    call.trace.limits = _levels(states)
    if decision.refused is None:
        return None
    return _refusal(decision, decision.refused, facts.pool, call.account.organization_id, simulation.settings.speed)


def _refusal(decision: Decision, dimension: errors.Dimension, model: str, organization: str, speed: float) -> Refusal:
    if decision.too_large:
        return errors.request_too_large(
            model, organization, dimension, limit=decision.limit, requested=decision.requested
        )
    return errors.rate_limited(
        model,
        organization,
        dimension,
        limit=decision.limit,
        used=decision.used,
        requested=decision.requested,
        wait=go_duration(decision.retry_after_s / speed),
        headers=tuple(retry_headers(decision, speed)),
    )


def _levels(states: States) -> dict[str, float]:
    """What the journal keeps of a decision."""
    levels: dict[str, float] = {}
    for name, state in states:
        levels[f"{name}_limit"] = state.limit
        levels[f"{name}_remaining"] = state.remaining
    return levels
