"""Locust's web page while a run goes on, in a real browser, and what Prometheus would read there."""

import csv
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.browser import browsing
from tests.e2e.runs import running, wait_for
from tests.e2e.servers import Mock
from tests.ports import held_port


def got(address: str) -> str:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            text: str = answer.read().decode()
            return text
    except OSError:
        return ""


@pytest.mark.parametrize("processes", [1, 2])
def test_the_page_shows_the_llm_view_and_prometheus_gets_it_too(
    mock: Callable[..., Mock], tmp_path: Path, processes: int
) -> None:
    server = mock("--latency", "instant", "--limits", "tier5", "--seed", f"7{processes}")
    with held_port() as port:
        web = ("--web-ui", "--web-port", str(port))
        flags = ("--processes", str(processes), *web, "--goodput", "e2e < 60s")
        page = f"http://127.0.0.1:{port}"
        with running(server.url, tmp_path / "run", *flags) as harness:
            with browsing() as seen:
                wait_for(lambda: 'outcome="complete"' in got(f"{page}/metrics"))
                seen.page.goto(page)
                seen.page.get_by_role("tab", name="LLM", exact=True).click()
                table = seen.page.locator("table").first
                table.get_by_text("all", exact=True).wait_for()
                heading, *rows = (row.split("\t") for row in table.inner_text().splitlines())
                seen.page.get_by_role("tab", name="Rate limits", exact=True).click()
                seen.page.get_by_text("requests", exact=True).first.wait_for()
            metrics = got(f"{page}/metrics")
            downloaded = list(csv.DictReader(got(f"{page}/llm/csv").splitlines()))
            harness.terminate()
            harness.communicate(timeout=60)
    assert seen.errors == []
    assert all(address.startswith((page, "data:")) for address in seen.asked)
    assert heading[:6] == ["Class", "Attempts", "Complete", "429", "Failed", "TTFT p50 (ms)"]
    assert rows[-1][0] == "all"
    assert 0 < int(rows[-1][1]) <= int(downloaded[-1]["attempts"]) <= len(server.journal())
    assert float(downloaded[-1]["ttft_p50"]) > 0
    families = {family.name: family for family in text_string_to_metric_families(metrics)}
    assert sum(sample.value for sample in families["harness_attempts"].samples) > 0
    assert sum(sample.value for sample in families["harness_good"].samples) > 0
    assert families["harness_users"].samples[0].value == 4
    assert {sample.labels["unit"] for sample in families["harness_limit_remaining"].samples} == {"requests", "tokens"}
