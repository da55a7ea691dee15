"""Names that do not exist, found before the run."""

from collections.abc import Iterator

from profiles import ProfileError
from profiles.schema.workload import PLACEHOLDER, WorkloadFile


def check_placeholders(file: WorkloadFile, name: str) -> None:
    """Every placeholder names a pool, and one that a pool's own choices use stands before it. Raises ProfileError."""
    seen: set[str] = set()
    for pool, table in file.pools.items():
        for number, text in enumerate(table.choices or ()):
            _check_text(text, seen, name, f"pools.{pool}.choices.{number}", "a pool before this one")
        seen.add(pool)
    for key, text in _texts(file):
        _check_text(text, seen, name, key, "a pool of this file")


def _check_text(text: str, pools: set[str], file: str, key: str, wanted: str) -> None:
    for match in PLACEHOLDER.finditer(text):
        if match.group(1) not in pools:
            known = ", ".join(sorted(pools)) or "none"
            raise ProfileError(file, key, f"{match.group()} does not name {wanted} (there are: {known})")
    if "{{" in PLACEHOLDER.sub("", text):
        raise ProfileError(
            file, key, "a '{{' that opens no placeholder; write {{name}}, or {{name.2}} for another value"
        )


def _texts(file: WorkloadFile) -> Iterator[tuple[str, str]]:
    """Every text that may hold placeholders, with its key."""
    for number, table in enumerate(file.class_):
        at = f"class.{number}"
        if table.system is not None:
            yield f"{at}.system", table.system
        for place, prompt in enumerate(table.prompts or ()):
            yield f"{at}.prompts.{place}", prompt
        for place, scenario in enumerate(table.scenario or ()):
            for turn, text in enumerate(scenario.turns):
                yield f"{at}.scenario.{place}.turns.{turn}", text
