"""What the tables of a request's fields share."""

from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Discriminator, Field, StringConstraints, Tag

TAG: Final = "\0"
"""What the tags of alternatives begin with: they are part of pydantic's locations, but not of a path."""
TEXT: Final = f"{TAG}text"
LIST: Final = f"{TAG}list"
OBJECT: Final = f"{TAG}object"

NAME_PATTERN: Final = "^[a-zA-Z0-9_-]+$"


class Fields(BaseModel):
    """A table of fields. Keys that it does not know are ignored, but for those of the body itself.

    Pydantic builds a validator for the body (fields.py), which holds those of all tables in it; one for each table
    beside it would never be used.
    """

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True, defer_build=True)


def form(value: Any) -> str | None:
    """Which form a value has that may be a string, an array or an object."""
    if isinstance(value, str):
        return TEXT
    return LIST if isinstance(value, list) else OBJECT if isinstance(value, dict) else None


def one_of(kind: str) -> Discriminator:
    """The discriminator of a value with several forms; `kind` is what a value of none of them is reported as."""
    return Discriminator(form, custom_error_type=kind, custom_error_message="-")


def tagged(kind: str) -> Tag:
    """The tag of the alternative whose `type` or `role` is `kind`."""
    return Tag(TAG + kind)


def chosen_by(key: str, report: str) -> Discriminator:
    """Chooses the alternative by a key of the object; a value without a known one is reported as `report`."""

    def kind(value: Any) -> str | None:
        name = value.get(key) if isinstance(value, dict) else None
        return TAG + name if isinstance(name, str) else None

    return Discriminator(kind, custom_error_type=report, custom_error_message="-")


Name = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=NAME_PATTERN)]
Count = Annotated[int, Field(ge=1)]
Text = Annotated[str, Tag(TEXT)]
