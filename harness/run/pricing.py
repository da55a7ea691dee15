"""At which model's price those count whose own is not known: deployments may be called anything."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec.structs import replace

from profiles.catalogue import Catalogue, load_catalogue
from profiles.record import Record

from ..money.pricing import cost_usd
from .settings import RunSettings, SettingError

PRICE_AS: Final = "--price-as"


def price_as_of(text: str | None) -> str | None:
    """What --price-as says, None where it says nothing. Raises SettingError for a model without a known price."""
    if not text:
        return None
    catalogue_as(text)
    return text


def catalogue_as(model: str | None) -> Catalogue:
    """The models, those without a price counting at that of this one. Raises SettingError where it has none."""
    try:
        return load_catalogue().priced_as(model)
    except ValueError as error:
        raise SettingError(PRICE_AS, str(error)) from None


def catalogue_of(settings: RunSettings) -> Catalogue:
    """The models as a run prices them. Raises SettingError."""
    return catalogue_as(settings.price_as)


def repricing_of(run: Mapping[str, Any]) -> Callable[[Record], Record] | None:
    """What gives records a cost that were made without one, where run.json says so. Raises SettingError."""
    model = run.get("price_as")
    if model is None:
        return None
    catalogue = catalogue_as(str(model))

    def repriced(record: Record) -> Record:
        if record.cost_usd is not None or record.tokens is None:
            return record
        return replace(record, cost_usd=cost_usd(catalogue.priced(record.model), record.tokens))

    return repriced
