"""Labels: what a user says of the place that requests come from."""

from collections.abc import Iterable, Mapping

from .settings import SettingError


def labels_of(texts: Iterable[str]) -> Mapping[str, str]:
    """The labels that --label gives, the last by a name counting. Raises SettingError."""
    found = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            raise SettingError("--label", f"{text!r} is not a label; write NAME=VALUE, for example region=eu")
        found[name] = value
    return found
