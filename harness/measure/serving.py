"""Whether the model that answered is the one that was asked."""

import re
from typing import Final

from profiles.catalogue import ModelFacts

_SNAPSHOT: Final = re.compile(r"-(?:\d{4}-\d{2}-\d{2}|\d{8}|\d{4}|latest)$")
"""What the name of a snapshot has after its alias: a date in one of the forms that providers use."""


def served_another(asked: str, served: str | None, facts: ModelFacts | None) -> bool:
    """Whether an answer names another model than the request did.

    An alias is served under its snapshot's name ("gpt-4o" as "gpt-4o-2024-08-06"), and gateways put the provider in
    front ("openai/gpt-4o"): neither is another model. An answer that names none says nothing. `facts` are the asked
    model's, None where the catalogue does not know it.
    """
    if not served or served == asked or (facts is not None and served == facts.snapshot):
        return False
    wanted, given = _bare(asked), _bare(served)
    return given != wanted and _SNAPSHOT.sub("", given) != wanted


def _bare(name: str) -> str:
    """A model's name without the provider, in small letters."""
    return name.rpartition("/")[2].lower()
