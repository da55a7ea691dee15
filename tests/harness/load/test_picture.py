"""Loads as pictures."""

from hypothesis import given

from harness.load.grammar import plan_of
from harness.load.picture import COLUMNS, levels_of, picture, rates_of
from harness.load.plan import Plan
from tests.harness.load.test_plan import PLANS


def drawn(text: str) -> str:
    plan = plan_of(text)
    return "\n".join(picture(levels_of(plan), plan.end_s, "/s", top=plan.peak))


def test_a_plan_is_drawn_with_its_levels_and_times() -> None:
    assert drawn("0-60s: 1->20, 60-120s: 20") == (
        """\
20/s ┤                         ▁▃▄▆▇██████████████████████████████
     │                    ▂▃▅▆████████████████████████████████████
     │               ▂▃▅▇█████████████████████████████████████████
10/s ┤         ▁▂▄▅▇██████████████████████████████████████████████
     │    ▁▃▄▆▇███████████████████████████████████████████████████
     │▃▅▆█████████████████████████████████████████████████████████
   0 └┬──────────────┬──────────────┬──────────────┬──────────────┬
      0s             30s            60s            90s            2m"""
    )


def test_a_level_that_is_low_can_be_seen_and_none_cannot() -> None:
    *_, bottom, _, _ = drawn("0-30s: 0, 30-60s: 0.001, 60-90s: 100").splitlines()
    assert bottom.endswith("│" + " " * 20 + "▁" * 20 + "█" * 20)


@given(PLANS)
def test_the_columns_hold_what_the_plan_holds(plan: Plan) -> None:
    levels = levels_of(plan)
    assert len(levels) == COLUMNS
    assert abs(sum(levels) * plan.end_s / COLUMNS - plan.total()) <= 1e-6 * max(plan.total(), 1)
    lines = picture(levels, plan.end_s, "/s", top=plan.peak)
    assert len(lines) == 8
    assert max(map(len, lines)) <= 90


def test_the_rates_of_a_trace_are_counts_by_time() -> None:
    assert rates_of([0, 1, 1.5, 9.9, 10], 10, 5) == [1.5, 0, 0, 0, 1]
