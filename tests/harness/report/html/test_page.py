"""report.html in a real browser."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson
import pytest
from msgspec.structs import replace

from harness.measure.goodput import Objective, Objectives
from harness.measure.summary import fold
from harness.report.html.distributions import MOST
from harness.report.html.page import html, page_of
from harness.report.html.timelines import TONES
from harness.report.html.words import share
from harness.report.numbers import rate
from profiles.record import OUTCOMES, Record
from tests.browser import Browsing, browsing
from tests.harness.report.runs import BEGAN_AT, drawn, findings_of

MOST_BYTES = 2_000_000
CHARTS = 16
DRAWN = "canvas => canvas.toDataURL()"
BLANK = """
canvas => {
  const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  const seen = new Set();
  for (let at = 0; at < pixels.length; at += 4) seen.add(pixels.slice(at, at + 4).join());
  return seen.size < 4;
}
"""


def written(path: Path, records: Iterable[Record], **run: Any) -> str:
    """The page of these records in a file; its address."""
    page = path / "report.html"
    page.write_text(html(findings_of(records, **run)))
    return page.as_uri()


def open_page(seen: Browsing, url: str) -> None:
    seen.page.goto(url)
    seen.page.locator("html[data-drawn]").wait_for()


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("n", [10, 400])
def test_the_charts_are_drawn_without_an_error_and_nobody_is_asked(tmp_path: Path, n: int, dark: bool) -> None:
    url = written(tmp_path, drawn(n))
    with browsing(dark=dark) as seen:
        open_page(seen, url)
        canvases = seen.page.locator("canvas").all()
        assert len(canvases) == seen.page.locator("[data-chart]").count() == CHARTS
        assert not any(canvas.evaluate(BLANK) for canvas in canvases)
        assert len(seen.page.screenshot(path=tmp_path / "page.png", full_page=True)) > 50_000
        assert seen.errors == []
        assert seen.asked == [url]


@pytest.mark.timeout(600)
def test_two_hundred_thousand_records_are_two_megabytes_at_most(tmp_path: Path) -> None:
    few = list(drawn(4000, per_s=1))
    many = (
        replace(record, id=f"{round_}-{record.id}", intended_at=at, sent_at=at)
        for round_ in range(50)
        for record in few
        if (at := record.intended_at + round_ / 50)
    )
    url = written(tmp_path, many)
    size = (tmp_path / "report.html").stat().st_size
    assert size <= MOST_BYTES
    with browsing() as seen:
        open_page(seen, url)
        assert seen.page.locator(".figures b").first.inner_text().replace(",", "") >= "200000"
        assert not any(canvas.evaluate(BLANK) for canvas in seen.page.locator("canvas").all())
        assert len(seen.page.screenshot(path=tmp_path / "page.png", full_page=True)) > 50_000
        assert (seen.errors, seen.asked) == ([], [url])


def test_no_text_of_a_run_can_act_in_its_page(tmp_path: Path) -> None:
    evil = "</script><script>document.title='taken'</script><img src=http://evil.example/x onerror=alert(1)>&\"'"
    fields = {"model": evil, "class_": evil, "stage": evil, "labels": {evil: evil}, "detail": evil}
    records = [replace(record, **fields) for record in drawn(60)]
    phases = [{"name": evil, "started_at": 0.0, "ended_at": None}]
    url = written(tmp_path, records, settings={"workload": evil, "x": evil}, command=[evil], phases=phases)
    with browsing() as seen:
        open_page(seen, url)
        assert seen.page.title() == f"{evil}: Look into it"
        assert seen.page.locator("img").count() == 0
        assert seen.page.locator("script").count() == 3
        assert seen.page.get_by_text(evil).count() > 5, "it is shown as what it is"
        assert (seen.errors, seen.asked) == ([], [url])


def test_its_policy_lets_nothing_in_that_was_not_there_when_it_was_written(tmp_path: Path) -> None:
    url = written(tmp_path, drawn(10))
    page = tmp_path / "report.html"
    page.write_text(page.read_text().replace("</body>", "<script>document.title = 'taken'</script></body>"))
    with browsing() as seen:
        open_page(seen, url)
        assert seen.page.title() != "taken"
        assert "Content Security Policy" in seen.errors[0]


def test_it_refers_to_nothing_outside_itself(tmp_path: Path) -> None:
    written(tmp_path, drawn(10))
    markup = re.sub(r"<(script|style)[^>]*>.*?</\1>", "", (tmp_path / "report.html").read_text(), flags=re.DOTALL)
    assert not re.search(r"\s(?:src|href|style)=|url\(", markup)


def test_it_can_be_read_on_a_phone(tmp_path: Path) -> None:
    url = written(tmp_path, drawn(200))
    with browsing(width=360, height=740) as seen:
        open_page(seen, url)
        assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert all(canvas.bounding_box()["width"] <= 360 for canvas in seen.page.locator("canvas").all())  # type: ignore[index]


def test_on_paper_it_is_light_and_as_wide_as_the_paper(tmp_path: Path) -> None:
    url = written(tmp_path, drawn(200))
    with browsing(dark=True) as seen:
        open_page(seen, url)
        dark = seen.page.evaluate("getComputedStyle(document.body).color")
        seen.page.emulate_media(media="print")
        wide = "[...document.querySelectorAll('.uplot')].every((plot) => plot.clientWidth <= 680)"
        seen.page.wait_for_function(wide)
        assert seen.page.evaluate("getComputedStyle(document.body).color") != dark
        assert len(seen.page.pdf()) > 20_000
        assert seen.errors == []


def test_the_cursor_moves_by_keys_in_all_charts_over_time(tmp_path: Path) -> None:
    url = written(tmp_path, drawn(200))
    with browsing() as seen:
        open_page(seen, url)
        legend = seen.page.locator(".u-legend .u-value")
        assert legend.nth(0).inner_text() == ""
        seen.page.locator("[data-chart=requests]").focus()
        for _ in range(3):
            seen.page.keyboard.press("ArrowRight")
        times = seen.page.locator(".column .u-legend .u-series:first-child .u-value").all_inner_texts()
        assert set(times) == {"0:02"}
        assert seen.page.locator("[data-chart=requests] .u-value").nth(2).inner_text() == "2 /s"
        seen.page.keyboard.press("Escape")
        assert legend.nth(0).inner_text() == ""


def test_zooming_into_one_chart_over_time_zooms_all(tmp_path: Path) -> None:
    url = written(tmp_path, drawn(200))
    with browsing() as seen:
        open_page(seen, url)
        seen.page.locator("[data-chart=requests]").scroll_into_view_if_needed()
        box = seen.page.locator("[data-chart=requests] .u-over").bounding_box()
        assert box is not None
        y = box["y"] + box["height"] / 2
        other = seen.page.locator("[data-chart=e2e] canvas")
        before = other.evaluate(DRAWN)
        seen.page.mouse.move(box["x"] + 100, y)
        seen.page.mouse.down()
        seen.page.mouse.move(box["x"] + 300, y, steps=5)
        seen.page.mouse.up()
        seen.page.wait_for_function(
            f"before => ({DRAWN})(document.querySelector('[data-chart=e2e] canvas')) !== before", arg=before
        )


def test_objectives_are_judged_one_by_one() -> None:
    goal = {"slo": "ttft.p95 < 800ms", "scope": None, "metric": "ttft.p95", "limit": 800.0, "unit": "ms", "why": None}
    findings = findings_of(drawn(100))
    told = orjson.loads(findings.summary.to_json())
    judged = [goal | {"held": True, "value": 700.0}, goal | {"held": False, "value": 900.0}]
    judged.append(goal | {"held": None, "value": None, "why": "59 are needed"})
    page = page_of(findings, told | {"slo": judged})
    assert re.findall(r'class="pill (\w+)">(\w+)', page)[1:] == [
        ("good", "held"),
        ("bad", "broken"),
        ("look", "undecided"),
    ]
    assert "900 ms" in page
    assert 'id="objectives"' not in html(findings)


def test_phases_stand_beside_each_other_where_the_summary_tells_them_apart() -> None:
    findings = findings_of(drawn(100))
    told = orjson.loads(findings.summary.to_json())
    page = page_of(findings, told | {"phases": [told | {"name": "brown-out"}, told | {"name": "recover"}]})
    assert re.search(r"<caption>By phase</caption>.*<th scope=\"row\">brown-out</th>", page)
    assert "By phase" not in html(findings)


def test_the_phases_of_the_mock_are_shaded_but_for_the_first_kind(tmp_path: Path) -> None:
    """Of 40 s the first 16 are normal, then come 8 of a brown-out."""
    strip = "canvas => canvas.getContext('2d').getImageData({x}, 20, 12, 90).data.join()"
    seen_in: dict[str, list[str]] = {}
    runs: dict[str, dict[str, Any]] = {"shaded": {}, "plain": {"phases": []}}
    with browsing() as seen:
        for name, more in runs.items():
            page = tmp_path / f"{name}.html"
            page.write_text(html(findings_of(drawn(80), **more)))
            open_page(seen, page.as_uri())
            canvas = seen.page.locator("[data-chart=measuring] canvas")
            seen_in[name] = [canvas.evaluate(strip.format(x=x)) for x in (270, 585)]
    assert seen_in["shaded"][0] == seen_in["plain"][0]
    assert seen_in["shaded"][1] != seen_in["plain"][1]


def warmed(path: Path, until: float, attempts: int) -> str:
    """A page of a run whose warm-up ended then; its address."""
    findings = findings_of(drawn(200), mock_seconds=[])
    told = orjson.loads(findings.summary.to_json())
    warm = {"asked": "30s", "seconds": until - BEGAN_AT, "until": until, "attempts": attempts, "of": 200}
    path.write_text(page_of(findings, told | {"warm_up": warm}))
    return path.as_uri()


def test_the_warm_up_that_was_left_out_is_hatched_and_the_hatching_explained(tmp_path: Path) -> None:
    plain = "canvas => canvas.getContext('2d').getImageData({x}, 60, 40, 200).data.join()"
    early, late = plain.format(x=90), plain.format(x=900)
    with browsing() as seen:
        parts = {}
        for until, attempts in ((BEGAN_AT + 30, 60), (BEGAN_AT + 30, 0)):
            open_page(seen, warmed(tmp_path / f"{attempts}.html", until, attempts))
            canvas = seen.page.locator("[data-chart=measuring] canvas")
            parts[attempts] = canvas.evaluate(early), canvas.evaluate(late)
            legend = seen.page.get_by_text("warm-up: the first 30 s, left out of latencies and rates elsewhere")
            assert legend.count() == (1 if attempts else 0)
        assert parts[60][0] != parts[0][0], "hatched at the begin"
        assert parts[60][1] == parts[0][1], "and not behind it"
        assert seen.errors == []


def tones(page: str) -> dict[str, set[str]]:
    """The colours of each class in all charts, and how many charts it is in."""
    data = orjson.loads(re.findall(r'id="data">(.*?)</script>', page)[0])
    found: dict[str, set[str]] = {}
    for chart in data["charts"]:
        for series in chart["series"]:
            found.setdefault(series["name"].partition(" (")[0], set()).add(series["tone"])
    return found


def test_no_two_failures_have_one_colour() -> None:
    assert TONES.keys() == set(OUTCOMES)
    failures = [tone for outcome, tone in TONES.items() if tone != "grey"]
    assert len(set(failures)) == len(failures) == len(OUTCOMES) - 3


def test_a_class_has_the_same_colour_in_every_chart_whether_it_streams_or_not() -> None:
    found = tones(html(findings_of(drawn(200))))
    assert (found["extract"], found["talk"]) == ({"class0"}, {"class1"})


def test_of_many_classes_those_with_most_requests_have_curves_and_the_others_are_said() -> None:
    records = [replace(record, class_=f"c{number % 55 % 10}") for number, record in enumerate(drawn(550))]
    page = html(findings_of(records))
    found = tones(page)
    assert len({name for name in found if re.fullmatch(r"c\d", name) and found[name] != {"grey"}}) == MOST
    assert "The other 2 of 10 classes, with fewer requests, are in “all” only." in page
    assert "with fewer requests" not in html(findings_of(drawn(100)))


def test_a_mock_that_remembers_the_end_only_is_said_to() -> None:
    late = [{"at": BEGAN_AT + 100, "pacing_max_ms": 1.0, "loop_lag_ms": 0.5, "cpu": 0.1}]
    said = "The mock remembers its last five minutes only."
    assert said in html(findings_of(drawn(400), mock_seconds=late))
    assert said not in html(findings_of(drawn(400)))


def test_goodput_stands_among_the_first_figures_and_in_the_tables_where_requests_had_objectives() -> None:
    findings = findings_of(drawn(100), goodput=["e2e < 2s"])
    objectives = Objectives([Objective("e2e_ms", 2000)])
    told = orjson.loads(fold(drawn(100), findings.summary.run, objectives).to_json())
    page = page_of(findings, told)
    kept = told["goodput"]
    assert f"<dt>goodput</dt><dd><b>{share(kept['kept'], kept['n'])}</b>" in page
    assert f"{rate(kept['per_s'])}/s within e2e &lt; 2s" in page
    assert page.count('<th scope="col">goodput</th>') == 3, "classes, stages, labels"
    assert "Goodput: " in page
    assert '<th scope="col">goodput</th>' not in html(findings)
