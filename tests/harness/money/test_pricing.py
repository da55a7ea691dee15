"""The price of an attempt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.money.pricing import cost_usd
from profiles.catalogue import ModelFacts, load_catalogue
from profiles.record import Tokens

PRICED = ModelFacts(
    name="m",
    snapshot="m",
    pool="m",
    input_usd_per_mtok=2.0,
    cached_usd_per_mtok=0.5,
    output_usd_per_mtok=8.0,
)
NO_CACHE_PRICE = ModelFacts(name="m", snapshot="m", pool="m", input_usd_per_mtok=2.0, output_usd_per_mtok=8.0)


@pytest.mark.parametrize(
    ("facts", "tokens", "usd"),
    [
        (PRICED, Tokens(prompt=1_000_000, completion=0), 2.0),
        (PRICED, Tokens(prompt=0, completion=1_000_000), 8.0),
        (PRICED, Tokens(prompt=1000, completion=500), 0.006),
        (PRICED, Tokens(prompt=1000, completion=0, cached=400), 0.0014),
        (PRICED, Tokens(prompt=0, completion=500, reasoning=400), 0.004),
        (NO_CACHE_PRICE, Tokens(prompt=1000, completion=0, cached=400), 0.002),
    ],
)
def test_each_kind_of_token_has_its_price(facts: ModelFacts, tokens: Tokens, usd: float) -> None:
    assert cost_usd(facts, tokens) == pytest.approx(usd)


@pytest.mark.parametrize(
    ("facts", "tokens"),
    [
        (None, Tokens(prompt=1, completion=1)),
        (PRICED, None),
        (PRICED, Tokens(prompt=1)),
        (PRICED, Tokens(completion=1)),
        (ModelFacts(name="m", snapshot="m", pool="m", input_usd_per_mtok=1.0), Tokens(prompt=1, completion=1)),
        (ModelFacts(name="m", snapshot="m", pool="m", output_usd_per_mtok=1.0), Tokens(prompt=1, completion=1)),
    ],
)
def test_what_is_not_known_has_no_price(facts: ModelFacts | None, tokens: Tokens | None) -> None:
    assert cost_usd(facts, tokens) is None


@given(prompt=st.integers(0, 10**6), completion=st.integers(0, 10**6), share=st.floats(0, 1))
def test_caching_never_makes_an_answer_dearer(prompt: int, completion: int, share: float) -> None:
    plain = cost_usd(PRICED, Tokens(prompt=prompt, completion=completion))
    cached = cost_usd(PRICED, Tokens(prompt=prompt, completion=completion, cached=int(prompt * share)))
    assert plain is not None
    assert cached is not None
    assert cached <= plain + 1e-12


def test_every_chat_model_of_the_catalogue_can_be_priced() -> None:
    facts = load_catalogue().resolve("gpt-4o-mini")
    assert cost_usd(facts, Tokens(prompt=10, completion=10)) is not None
