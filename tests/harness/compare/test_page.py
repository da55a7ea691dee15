import json
import re
from pathlib import Path
from typing import Any

import pytest

from harness.compare.comparison import Run, comparison
from harness.compare.conditions import Condition
from harness.compare.estimate import estimated
from harness.compare.page import MOST_RUNS, page
from tests.browser import browsing
from tests.harness.compare.test_comparison import FACTS
from tests.harness.compare.test_verdict import run_of

BASE, SLOW = run_of(1, per_s=5), run_of(2, slower=1.5, per_s=5)


def of(*names: str) -> str:
    base = Run("base", FACTS, BASE, estimated(BASE, 1, resamples=20))
    slow = estimated(SLOW, 2, resamples=20)
    conditions = [Condition.of("ttft.p50 +10%")]
    return page([comparison(base, Run(name, FACTS, SLOW, slow), conditions) for name in names], everything=False)


def charts_of(text: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text)
    assert found is not None
    return {chart["name"]: chart for chart in json.loads(found[1])["charts"]}


def test_the_distributions_of_the_runs_lie_over_each_other_for_the_whole_and_each_class() -> None:
    charts = charts_of(of("new"))
    parts, latencies = ("all", "class=even", "class=odd"), ("ttft", "itl", "e2e")
    assert list(charts) == [f"{part}-{latency}" for part in parts for latency in latencies]
    base, new = charts["all-ttft"]["series"]
    assert (base["name"], new["name"]) == ("base (600)", "new (600)")
    assert (base["y"][-1], new["y"][-1]) == (100, 100)
    middle = [next(at for at, y in enumerate(one["y"]) if y is not None and y >= 50) for one in (base, new)]
    x = charts["all-ttft"]["x"]
    assert x[middle[1]] / x[middle[0]] == pytest.approx(1.5, rel=0.15)


def test_the_page_says_what_became_of_the_conditions_and_has_the_table() -> None:
    text = of("new")
    assert "broken: ttft.p50 +10%" in text
    assert "new: " in text
    assert re.search(r"<th scope=.row.>ttft.p50</th>", text)
    assert "http://" not in re.sub(r"<(script|style)>.*?</\1>", "", text, flags=re.DOTALL)


def test_names_cannot_act_in_it() -> None:
    assert "<script>alert" not in of("<script>alert(1)</script>")


def test_no_more_curves_than_can_be_told_apart() -> None:
    text = of(*(f"run{number}" for number in range(9)))
    assert len(charts_of(text)["all-ttft"]["series"]) == MOST_RUNS
    assert f"The curves of the first {MOST_RUNS} runs; more could not be told apart." in text
    assert "run7, run8 against base" in text
    assert "The curves of the first" not in of("new")


def test_its_charts_are_drawn_without_an_error_and_nobody_is_asked(tmp_path: Path) -> None:
    (tmp_path / "comparison.html").write_text(of("new", "other"))
    url = (tmp_path / "comparison.html").as_uri()
    with browsing() as seen:
        seen.page.goto(url)
        seen.page.locator("html[data-drawn]").wait_for()
        assert seen.page.locator("canvas").count() == 9
        assert (seen.errors, seen.asked) == ([], [url])
