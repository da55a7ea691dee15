"""The caps of a run: as they are given, and whether they can be kept."""

from ..client.target import Target
from ..money.worst import bound_of
from ..workload import Workload
from .endpoint import kind_of
from .pricing import PRICE_AS, catalogue_of
from .settings import RunSettings, SettingError

COST, REQUESTS, TOKENS = "--max-cost-usd", "--max-requests", "--max-tokens-total"


def cost_cap(text: str | None) -> float | None:
    """What --max-cost-usd says, None where it says nothing. Raises SettingError."""
    if not text:
        return None
    try:
        value = float(text.removeprefix("$"))
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise SettingError(COST, f"{text!r} is no amount of US dollars; write 0.50 or 20")
    return value


def count_cap(text: str | None, flag: str) -> int | None:
    """What a cap on requests or tokens says, None where it says nothing. Raises SettingError."""
    if not text:
        return None
    plain = text.replace("_", "").replace(",", "")
    if not plain.isdecimal() or int(plain) == 0:
        raise SettingError(flag, f"{text!r} is no cap; write a whole number, at least 1")
    return int(plain)


def check_capped(settings: RunSettings, target: Target) -> None:
    """Raise SettingError where a real API would be asked without a cap."""
    if kind_of(settings, target) == "real" and not settings.caps.any:
        raise SettingError(
            COST,
            f"{target} is taken for a real API, which costs money: add {COST}, {REQUESTS} or {TOKENS} "
            "(or --target mock, if it is a mock)",
        )


def check_bounded(settings: RunSettings, workload: Workload) -> None:
    """Raise SettingError for a class that no cap can hold: its answers have no bound, or its model no price."""
    caps, catalogue = settings.caps, catalogue_of(settings)
    if not caps.any:
        return
    extra = settings.extra_body or {}
    for plan in workload.plans:
        name = plan.table.name
        if plan.table.output_tokens is None and bound_of({**plan.params, **extra}) is None:
            raise SettingError(
                _first_flag(settings), f"class {name!r} has no max_tokens, so that its cost has no bound; give it one"
            )
        model = settings.model or workload.run.model or plan.table.model
        facts = catalogue.priced(model)
        if caps.cost_usd is not None and (facts is None or not facts.is_priced):
            raise SettingError(
                COST,
                f"the price of {model} is not known; say with {PRICE_AS} MODEL at which model's price it counts, "
                f"or use {TOKENS} or {REQUESTS} instead",
            )


def _first_flag(settings: RunSettings) -> str:
    given = ((COST, settings.max_cost_usd), (REQUESTS, settings.max_requests), (TOKENS, settings.max_tokens_total))
    return next(flag for flag, value in given if value is not None)
