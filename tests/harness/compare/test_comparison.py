import json
from typing import Any

import pytest
from rich.console import Console

from harness.compare.comparison import Comparison, Run, comparison, to_json
from harness.compare.conditions import Condition
from harness.compare.differing import differing
from harness.compare.estimate import Estimate, Figures
from harness.compare.sample import Sample
from harness.compare.show import markdown, parts

FACTS: dict[str, Any] = {
    "settings": {"workload": "mixed", "users": 10, "seed": 0, "host": "http://a"},
    "versions": {"dummyload": "1", "python": "3.11"},
    "ended_at": 1.0,
}


def figures(ttft_ms: float, **more: Estimate) -> Figures:
    here = {"ttft.p95": Estimate(ttft_ms, 900, 0.01, 40), "complete": Estimate(0.99, 1000, 0.001, 40)}
    quiet = {"ttft.p95": Estimate(100.0, 900, 0.01, 40), "ttft.p99": Estimate(None, 90)}
    return {"all": {**here, **more}, "class=chat": dict(here), "class=quiet": quiet}


def of(second: Figures, *conditions: str, **facts: Any) -> Comparison:
    base, other = Run("base", FACTS, Sample(), figures(100.0)), Run("new", FACTS | facts, Sample(), second)
    return comparison(base, other, [Condition.of(text) for text in conditions])


def text_of(each: Comparison, *, everything: bool = False) -> str:
    console = Console(width=110, record=True, file=None)
    with console.capture() as captured:
        for part in parts(each, everything=everything):
            console.print(part, soft_wrap=isinstance(part, str), highlight=False)
    return captured.get()


def test_settings_that_differ_are_told_first() -> None:
    other = {**FACTS, "settings": {"workload": "basic", "users": 10, "seed": 0, "host": "http://a", "rate": "20"}}
    other |= {"versions": {"dummyload": "2", "python": "3.11"}, "crew": {"processes": 4, "awaited": 0}}
    assert list(differing(FACTS, other)) == [
        "workload: mixed against basic",
        "rate: none against 20",
        "processes: 1 against 4",
        "version of dummyload: 1 against 2",
    ]
    assert not list(differing(FACTS, FACTS))


def test_a_class_that_only_one_has_is_told() -> None:
    second = figures(100.0)
    second["class=new"] = second.pop("class=chat")
    assert of(second).differing == ("only in the first run: class chat", "only in the second run: class new")


def test_figures_that_only_one_has_are_told_with_their_medians() -> None:
    streamed = {"itl.p50": Estimate(12.0, 900, 0.01, 40), "itl.p95": Estimate(20.0, 900, 0.01, 40)}
    second = figures(100.0, **streamed, tpot=Estimate(None, 2))
    assert of(second).differing == ("only in the second run: itl (p50 12 ms), tpot",)
    base, other = Run("base", FACTS, Sample(), second), Run("new", FACTS, Sample(), figures(100.0))
    assert comparison(base, other, []).differing == ("only in the first run: itl (p50 12 ms), tpot",)


def test_the_table_has_the_whole_run_and_what_changed_in_its_parts() -> None:
    said = text_of(of(figures(200.0)))
    assert "new against base" in said
    assert said.count("ttft.p95") == 2
    assert "class=quiet  (1 x noise, 1 x too few)" in said
    assert "+100.0%" in said
    assert "worse" in said
    assert text_of(of(figures(200.0)), everything=True).count("ttft.p95") == 3


def test_shares_are_in_points_and_times_in_their_units() -> None:
    said = text_of(of(figures(2000.0)))
    (row,) = [line for line in said.splitlines() if line.strip().startswith("complete") and "class" not in line][:1]
    assert row.split() == ["complete", "99.00%", "99.00%", "+0.0", "-0.3", "to", "+0.3", "noise"]
    assert "2.00 s" in said


def test_markdown_is_a_table_for_a_pull_request() -> None:
    said = markdown(of(figures(200.0), "ttft.p95 +10%", seed=1), everything=False)
    assert said.startswith("### `new` against `base`\n")
    assert "* broken: ttft.p95 +10% (it is +100.0%" in said
    assert "| ttft.p95 | 100 ms | 200 ms | +100.0% |" in said
    assert "| **class=quiet**  (1 x noise, 1 x too few) | | | | | |" in said


def test_json_has_every_row() -> None:
    (told,) = json.loads(to_json([of(figures(200.0), "ttft.p95 +10%")]))["comparisons"]
    assert list(told) == ["base", "run", "doubts", "differing", "rows", "conditions"]
    assert len(told["rows"]) == 6
    assert list(told["rows"][0]) == [
        *("section", "metric", "base", "other", "n_base", "n", "verdict"),
        *("change", "low", "high", "p", "p_holm"),
    ]
    assert told["conditions"] == [{"condition": "ttft.p95 +10%", "broken": True}]


@pytest.mark.parametrize(
    ("conditions", "facts", "broken", "unjudged"),
    [
        ((), {}, False, False),
        (("ttft.p95 +10%",), {}, True, False),
        (("ttft.p95 +200%",), {}, False, False),
        (("quiet:ttft.p99 +10%",), {}, False, True),
        (("ttft.p95 +10%",), {"why_not": ["no request was recorded"]}, True, True),
        ((), {"why_not": ["no request was recorded"]}, False, False),
    ],
)
def test_runs_that_prove_nothing_and_figures_that_are_missing_cannot_be_judged(
    conditions: tuple[str, ...], facts: dict[str, Any], broken: bool, unjudged: bool
) -> None:
    each = of(figures(200.0), *conditions, **facts)
    assert (each.broken, each.unjudged) == (broken, unjudged)
    if facts:
        assert "new is not a valid run: no request was recorded" in text_of(each)
