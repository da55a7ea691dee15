"""The picture of a run, at the widths of real terminals."""

from dataclasses import replace
from pathlib import Path

import pytest

from harness.report.drawing import clock, drawn
from harness.report.view import ClassView, Headroom, Used, View

BEGUN = View(elapsed_s=2.0, users=3)
BUSY = View(
    elapsed_s=65.0,
    left_s=55.0,
    users=37,
    stage="60-120s: 20",
    phase="brown-out",
    rate_asked=20.0,
    rate_sent=19.8,
    in_flight=12,
    outcomes={"complete": 190, "rate_limited": 12, "quota_exhausted": 1, "timeout": 3, "stream_error": 2},
    ended_per_s=31.4,
    tokens_per_s=1953.2,
    classes=(
        ClassView(name="explain", ttft_p50_ms=245.0, ttft_p95_ms=381.0, e2e_p50_ms=865.0, e2e_p95_ms=1104.0),
        ClassView(name="ticket-extraction", e2e_p50_ms=1240.0),
    ),
    headroom=(
        Headroom(model="gpt-4o", unit="requests", left=499, limit=500),
        Headroom(model="gpt-4o", unit="tokens", left=2_000, limit=30_000),
        Headroom(model="my-deployment", unit="tokens", left=7_000),
    ),
    cost_usd=0.12,
    budget_usd=2.0,
)


def shown(view: View, width: int) -> list[str]:
    return [line.plain for line in drawn(view, width)]


def test_a_wide_terminal_has_everything() -> None:
    assert shown(BUSY, 120) == [
        "1:05 · ━━━━━━━━━━━━━─────────── · 0:55 left · stage 60-120s: 20 · phase brown-out · 37 users · "
        "20.0/s asked, 19.8/s sent",
        "12 in flight",
        "208 requests, 31.4/s · 190 complete · 13 x 429 · 2 stream error · 3 timeout · 1,953 tokens/s · $0.12 of $2",
        "last 10 s          TTFT p50       p95 total p50       p95",
        "explain              245 ms    381 ms    865 ms    1.10 s",
        "ticket-extraction         –         –    1.24 s         –",
        "gpt-4o 499 requests of 500 left · 2,000 tokens of 30,000 left · my-deployment 7,000 tokens left",
    ]


def test_eighty_columns_have_everything_on_more_lines() -> None:
    assert shown(BUSY, 80) == [
        "1:05 · ━━━━━━━━━━━━━─────────── · 0:55 left · stage 60-120s: 20",
        "phase brown-out · 37 users · 20.0/s asked, 19.8/s sent · 12 in flight",
        "208 requests, 31.4/s · 190 complete · 13 x 429 · 2 stream error · 3 timeout",
        "1,953 tokens/s · $0.12 of $2",
        "last 10 s          TTFT p50       p95 total p50       p95",
        "explain              245 ms    381 ms    865 ms    1.10 s",
        "ticket-extraction         –         –    1.24 s         –",
        "gpt-4o 499 requests of 500 left · 2,000 tokens of 30,000 left",
        "my-deployment 7,000 tokens left",
    ]


def test_the_docs_show_what_is_drawn() -> None:
    page = (Path(__file__).parents[3] / "docs/watching.md").read_text()
    lines = [line for line in shown(BUSY, 80) if not line.startswith("my-deployment")]
    assert "```text\n" + "\n".join(lines) + "\n```" in page


def test_a_narrow_one_leaves_out_the_total_latency() -> None:
    lines = shown(BUSY, 40)
    assert "last 10 s          TTFT p50       p95" in lines
    assert "explain              245 ms    381 ms" in lines


@pytest.mark.parametrize("width", [20, 40, 61, 80, 120, 250])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    long = ClassView(name="a-class-with-a-very-long-name-that-goes-on-and-on-and-on-for-ever")
    assert max(map(len, shown(replace(BUSY, classes=(*BUSY.classes, long)), width))) <= width


def test_what_is_not_known_or_does_not_apply_is_not_shown() -> None:
    assert shown(BEGUN, 80) == ["0:02 · 3 users", "0 requests, –/s · 0 complete · 0 x 429 · – tokens/s"]


def test_a_run_that_ends_by_requests_says_how_many_are_left() -> None:
    assert shown(replace(BEGUN, calls_left=1200), 80)[0] == "0:02 · 1,200 calls left · 3 users"


def test_users_who_are_still_to_come_are_told() -> None:
    assert shown(replace(BEGUN, users_asked=50), 80)[0] == "0:02 · 3 of 50 users"


def test_figures_stand_out_from_the_words_before_them() -> None:
    for line in drawn(BUSY, 80):
        if line.plain.startswith("phase"):
            styles = {line.plain[span.start : span.end]: span.style for span in line.spans}
            assert (styles["phase "], styles["brown-out"], str(line.style)) == ("dim", "bold magenta", "")
            return
    raise AssertionError("there is no such line")


def test_many_classes_are_cut() -> None:
    many = tuple(ClassView(name=f"class-{number}") for number in range(11))
    lines = shown(replace(BEGUN, classes=many), 80)
    assert lines[-1] == "and 3 classes more"
    assert len(lines) == 2 + 1 + 8 + 1


@pytest.mark.parametrize(("left", "near"), [(2_999, True), (3_000, False)])
def test_a_limit_that_is_nearly_used_up_is_red(left: int, near: bool) -> None:
    headroom = (Headroom(model="m", unit="tokens", left=left, limit=30_000),)
    line = drawn(replace(BEGUN, headroom=headroom), 80)[-1]
    assert ("bold red" in {span.style for span in line.spans}) == near


@pytest.mark.parametrize(("cost_usd", "near"), [(1.79, False), (1.81, True)])
def test_money_that_is_nearly_spent_is_red(cost_usd: float, near: bool) -> None:
    lines = drawn(replace(BEGUN, cost_usd=cost_usd, budget_usd=2.0), 80)
    assert ("bold red" in {span.style for line in lines for span in line.spans}) == near


@pytest.mark.parametrize(("used", "near"), [(900, False), (901, True)])
def test_other_caps_are_told_and_red_when_nearly_used_up(used: int, near: bool) -> None:
    lines = drawn(replace(BEGUN, used=(Used(used, 1000, "requests"),)), 80)
    assert f"· {used} of 1,000 requests" in lines[-1].plain
    assert ("bold red" in {span.style for line in lines for span in line.spans}) == near


@pytest.mark.parametrize(("seconds", "text"), [(7.9, "0:07"), (750, "12:30"), (3723, "1:02:03")])
def test_time_is_shown_as_on_a_clock(seconds: float, text: str) -> None:
    assert clock(seconds) == text
