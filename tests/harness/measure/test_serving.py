"""Which model answered."""

import pytest

from harness.measure.serving import served_another
from profiles.catalogue import load_catalogue

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    ("asked", "served", "another"),
    [
        ("gpt-4o-mini", "gpt-4o-mini-2024-07-18", False),
        ("gpt-4o-mini", "gpt-4o-mini", False),
        ("gpt-4o-mini", "", False),
        ("gpt-4o-mini", None, False),
        ("gpt-4o-mini", "gpt-4o-2024-08-06", True),
        ("gpt-4o", "gpt-4o-mini-2024-07-18", True),
        ("gpt-4o-2024-08-06", "gpt-4o-2024-11-20", True),
        ("gpt-4o-2024-08-06", "gpt-4o", True),
        ("gpt-3.5-turbo", "gpt-3.5-turbo-0125", False),
        ("some-model", "some-model-20250514", False),
        ("some-model", "some-model-latest", False),
        ("some-model", "some-model-large", True),
        ("openai/gpt-4o", "gpt-4o-2024-08-06", False),
        ("meta-llama/Llama-3.1-8B", "llama-3.1-8b", False),
        ("meta-llama/Llama-3.1-8B", "meta-llama/Llama-3.1-70B", True),
    ],
)
def test_a_snapshot_or_a_provider_in_front_is_no_other_model(asked: str, served: str | None, another: bool) -> None:
    assert served_another(asked, served, CATALOGUE.resolve(asked)) is another
