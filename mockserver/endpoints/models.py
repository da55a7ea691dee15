"""GET /v1/models and /v1/models/{id}."""

from ..wire.bodies import model_card, model_list, pretty
from ..wire.errors import unknown_model
from .call import Call
from .envelope import check_key


async def models(call: Call) -> None:
    """The list of all models."""
    refusal = check_key(call.envelope, call.simulation)
    if refusal is not None:
        await call.refuse(refusal)
        return
    cards = [
        model_card(facts.name, facts.created, facts.owned_by)
        for facts in call.simulation.catalogue
        if not facts.retired
    ]
    await call.respond(200, call.headers("application/json", call.elapsed_ms()), model_list(cards))


async def model(call: Call) -> None:
    """The card of one model."""
    name = call.scope["path_params"]["model"]
    refusal = check_key(call.envelope, call.simulation)
    facts = None if refusal else call.simulation.model(name)
    if facts is None or facts.retired:
        await call.refuse(refusal or unknown_model(name))
        return
    card = model_card(facts.name, facts.created, facts.owned_by)
    await call.respond(200, call.headers("application/json", call.elapsed_ms()), pretty(card))
