"""What a request costs at worst, and what it did cost."""

from typing import Any

import pytest

from harness.money.amount import Amount, Caps
from harness.money.permanent import permanent
from harness.money.worst import MARGIN_TOKENS, UnboundedError, bound_of, cost_of, worst_case
from profiles.catalogue import ModelFacts, load_catalogue
from profiles.record import Record, Tokens

MINI = load_catalogue().by_name["gpt-4o-mini"]
NOBODY = ModelFacts(name="x", snapshot="x", pool="x")
ALL = Caps(requests=1, tokens=1, cost_usd=1.0)
HELLO = [{"role": "user", "content": "Hello there."}]


def body(**more: Any) -> dict[str, Any]:
    return {"model": "gpt-4o-mini", "messages": HELLO, "max_tokens": 100, **more}


def test_it_is_the_prompt_with_a_margin_and_all_that_the_answer_may_have() -> None:
    prompt = 10 + MARGIN_TOKENS
    assert worst_case(body(), MINI, ALL) == Amount(1, prompt + 100, (prompt * 150 + 100 * 600))
    assert worst_case(body(n=3), MINI, ALL).tokens == prompt + 300


@pytest.mark.parametrize(
    ("more", "bound"),
    [
        ({}, 100),
        ({"max_completion_tokens": 7}, 7),
        ({"n": 2}, 200),
        ({"max_tokens": None}, None),
        ({"max_tokens": None, "max_completion_tokens": 9}, 9),
    ],
)
def test_what_bounds_an_answer(more: dict[str, Any], bound: int | None) -> None:
    assert bound_of(body(**more)) == bound


def test_tools_schemas_and_calls_count_and_images_fill_the_context() -> None:
    plain = worst_case(body(), MINI, ALL).tokens
    tool = {"type": "function", "function": {"name": "look_up", "parameters": {"type": "object"}}}
    said = {"role": "assistant", "content": None, "tool_calls": [{"id": "c", "function": {"name": "look_up"}}]}
    assert worst_case(body(tools=[tool]), MINI, ALL).tokens > plain + 10
    assert worst_case(body(messages=[*HELLO, said]), MINI, ALL).tokens > plain + 10
    parts = [{"type": "text", "text": "Hello there."}]
    assert worst_case(body(messages=[{"role": "user", "content": parts}]), MINI, ALL).tokens == plain
    image = [*parts, {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}]
    seen = worst_case(body(messages=[{"role": "user", "content": image}]), MINI, ALL)
    assert seen.tokens == MINI.context_tokens + 100


def test_what_nothing_bounds_is_refused() -> None:
    with pytest.raises(UnboundedError, match="has no max_tokens"):
        worst_case(body(max_tokens=None), MINI, Caps(requests=1))
    with pytest.raises(UnboundedError, match="asks x, whose price is not known; say with --price-as MODEL"):
        worst_case(body(), NOBODY, Caps(cost_usd=1.0))
    assert worst_case(body(), NOBODY, Caps(tokens=1000)).nano_usd == 0


def record(**more: Any) -> Record:
    return Record(
        **{
            **{"id": "c.1", "attempt": 1, "class_": "short", "model": "gpt-4o-mini", "stream": False},
            **{"intended_at": 1.0, "outcome": "complete", "status": 200},
            **more,
        }
    )


WORST = Amount(1, 500, 9_000)


@pytest.mark.parametrize(
    ("ended", "cost"),
    [
        ({"tokens": Tokens(20, 30), "cost_usd": 2.5e-6}, Amount(1, 50, 2_500)),
        ({"outcome": "rate_limited", "status": 429}, Amount(1)),
        ({"outcome": "connect_error", "status": None}, Amount(1)),
        ({"outcome": "server_error", "status": 503}, WORST),
        ({"outcome": "truncated", "tokens": Tokens(20, 3, source="local"), "cost_usd": 1e-6}, WORST),
        ({"outcome": "timeout", "status": None}, WORST),
        ({"outcome": "invalid_content", "tokens": Tokens(20, 30), "cost_usd": 2.5e-6}, Amount(1, 50, 2_500)),
    ],
)
def test_it_costs_what_usage_says_nothing_when_refused_and_the_worst_where_nobody_knows(
    ended: dict[str, Any], cost: Amount
) -> None:
    assert cost_of(record(**ended), WORST) == cost


@pytest.mark.parametrize(
    ("ended", "why"),
    [
        (
            {"status": 401, "detail": "invalid_api_key"},
            "stopped at 401 invalid_api_key (class short, model ",
        ),
        ({"status": 403, "detail": "http_403"}, "stopped at 403 (class short, model gpt-4o-mini): this key"),
        ({"status": 404, "detail": "model_not_found"}, "there is no such model, deployment or route"),
        ({"status": 429, "detail": "insufficient_quota", "outcome": "quota_exhausted"}, "the quota is used up"),
        ({"status": 400, "detail": "bad"}, None),
        ({"status": 429, "outcome": "rate_limited"}, None),
        ({"status": 503, "outcome": "server_error"}, None),
    ],
)
def test_what_no_later_request_would_fare_better_with_is_told(ended: dict[str, Any], why: str | None) -> None:
    told = permanent(record(**{"outcome": "client_error", **ended}))
    assert (told is None) == (why is None)
    assert why is None or why in (told or "")
