import pytest

from profiles.catalogue import ModelFacts, load_catalogue
from profiles.tokens import Message, prompt_tokens

COOKBOOK = [
    Message(
        "system",
        "You are a helpful, pattern-following assistant that translates corporate jargon into plain English.",
    ),
    Message("system", "New synergies will help drive top-line growth.", "example_user"),
    Message("system", "Things working well together will increase revenue.", "example_assistant"),
    Message(
        "system",
        "Let's circle back when we have more bandwidth to touch base on opportunities for increased leverage.",
        "example_user",
    ),
    Message("system", "Let's talk later when we're less busy about how to do better.", "example_assistant"),
    Message("user", "This late pivot means we don't have time to boil the ocean for the client deliverable."),
]
"""The sample of openai-cookbook's notebook on counting tokens, whose counts the API confirmed."""


def facts_of(name: str) -> ModelFacts:
    facts = load_catalogue().resolve(name)
    assert facts is not None
    return facts


@pytest.mark.parametrize(
    ("model", "count"), [("gpt-3.5-turbo", 129), ("gpt-4", 129), ("gpt-4o", 124), ("gpt-4o-mini", 124)]
)
def test_the_cookbooks_sample_counts_as_the_api_counts_it(model: str, count: int) -> None:
    assert prompt_tokens(COOKBOOK, facts_of(model)) == count


def test_a_reasoning_model_counts_one_less() -> None:
    assert prompt_tokens(COOKBOOK, facts_of("gpt-5")) == prompt_tokens(COOKBOOK, facts_of("gpt-4o")) - 1


def test_each_message_costs_four_tokens_beside_its_text_and_a_name_one_more() -> None:
    facts = facts_of("gpt-4o")
    assert prompt_tokens([], facts) == 3
    assert prompt_tokens([Message("user", "")], facts) == 7
    assert prompt_tokens([Message("user", "hello world")] * 2, facts) == 3 + 2 * 6
    assert prompt_tokens([Message("user", "", "Bob")], facts) == 7 + 2
