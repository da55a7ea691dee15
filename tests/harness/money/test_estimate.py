"""What a run will take, by means per session."""

import datetime
from dataclasses import replace

import pytest

from harness.money.estimate import Estimate, PerSession, cycle_s, lines, peaks, uses
from harness.money.measured import measured
from profiles.catalogue import load_catalogue
from profiles.record import Record, Tokens
from profiles.schema.limits import LimitsFile, LimitsTable

CATALOGUE = load_catalogue()
CHAT = PerSession(
    name="chat",
    model="gpt-4o-mini",
    share=0.25,
    calls=4.0,
    prompt=1_000.0,
    cached=400.0,
    completion=200.0,
    reasoning=0.0,
)
ODD = PerSession(
    name="odd", model="mine", share=0.75, calls=1.0, prompt=10.0, cached=0.0, completion=5.0, reasoning=0.0
)


def test_tokens_are_those_of_all_sessions_and_dollars_those_of_list_prices() -> None:
    (chat,) = uses([CHAT], 1_000, CATALOGUE)
    assert (chat.calls, chat.prompt, chat.completion) == (1_000, 250_000, 50_000)
    assert chat.usd == pytest.approx((150_000 * 0.15 + 100_000 * 0.075 + 50_000 * 0.60) / 1e6)


def test_a_price_that_is_not_known_is_said_and_no_zero() -> None:
    estimate = Estimate(cases={"expected": uses([CHAT, ODD], 100, CATALOGUE)}, peaks=())
    assert estimate.usd("expected") is None
    text = "\n".join(lines(estimate, CATALOGUE))
    assert "not known" in text
    assert "the price of mine is not known; --price-as MODEL says at which model's price it counts" in text
    dated = CATALOGUE.by_name["gpt-4o-mini"].priced_on
    assert isinstance(dated, datetime.date)
    assert f"list prices of {dated}" in text


def test_a_model_without_a_price_counts_at_that_of_another_one_where_that_is_said() -> None:
    catalogue = CATALOGUE.priced_as("gpt-4o")
    chat, odd = uses([CHAT, ODD], 1_000, catalogue)
    assert chat.usd == uses([CHAT], 1_000, CATALOGUE)[0].usd
    assert odd.usd == pytest.approx(750 * (10 * 2.5 + 5 * 10) / 1e6)
    text = "\n".join(lines(Estimate(cases={"expected": (chat, odd)}, peaks=()), catalogue))
    assert "at the price of gpt-4o: mine" in text
    assert "not known" not in text


def test_the_busiest_minute_is_held_against_the_limits_of_its_pool_as_they_charge() -> None:
    limits = LimitsFile(models={"gpt-4o-mini": LimitsTable(rpm=500, tpm=20_000)})
    (mini, mine) = peaks([CHAT, ODD], 20, CATALOGUE, limits)
    assert (mini.pool, mini.requests, mini.tokens, mini.rpm, mini.tpm) == ("gpt-4o-mini", 20, 5_000, 500, 20_000)
    assert (mine.rpm, mine.tpm) == (None, None)
    strict = limits.model_copy(update={"charge": "plus_max_tokens"})
    assert peaks([CHAT], 20, CATALOGUE, strict)[0].tokens == 6_000
    bound = replace(CHAT, bound=4_000.0)
    assert peaks([bound], 20, CATALOGUE, strict)[0].tokens == 25_000, "max_tokens, whatever the answer takes"
    larger = limits.model_copy(update={"charge": "max_of"})
    assert [peaks([each], 20, CATALOGUE, larger)[0].tokens for each in (CHAT, bound)] == [5_000, 20_000]
    text = "\n".join(lines(Estimate(cases={"expected": ()}, peaks=(mini,)), CATALOGUE, "tier1"))
    assert "busiest minute of gpt-4o-mini: 20 of 500 (4%) requests, 5,000 of 20,000 (25%) tokens (tier1)" in text


def test_a_session_takes_its_pauses_and_the_time_of_its_answers() -> None:
    assert cycle_s(2, 3.0, 100) == pytest.approx(3 + 2 * 0.5 + 1.3)
    assert cycle_s(2, 3.0, 100, slowness=2.0) == pytest.approx(3 + 2 * (2 * 0.5 + 1.3))


def attempt(number: int, session: str, class_: str = "chat", **more: object) -> Record:
    values = {"tokens": Tokens(100, 20, cached=40, reasoning=5), "sent_at": 10.0 * number, "done_ms": 500.0, **more}
    return Record(
        id=f"c{number}.1",
        attempt=1,
        class_=class_,
        model="gpt-4o-mini",
        stream=False,
        intended_at=1.0,
        outcome="complete",
        session=session,
        **values,  # type: ignore[arg-type]
    )


def test_a_run_that_was_made_tells_what_sessions_took_with_their_retries_and_how_long() -> None:
    records = [
        attempt(1, "1"),
        attempt(2, "1"),
        attempt(3, "2", tokens=None),
        attempt(4, "3", "odd"),
        attempt(5, "9", sent_at=None),
    ]
    found = measured(records)
    assert (found.sessions, found.lasted_s) == (3, 30.5)
    chat, odd = found.classes
    assert (chat.name, chat.calls, chat.prompt, chat.cached) == ("chat", 1.5, 100, 40)
    assert chat.share == pytest.approx(2 / 3)
    assert (chat.completion, chat.reasoning, odd.completion) == (20, 5, 20)
    assert {each.model for each in measured(records, "gpt-4o").classes} == {"gpt-4o"}
    with pytest.raises(ValueError, match="holds no answer with a number of tokens"):
        measured([attempt(3, "2", tokens=None)])
