"""A real Prometheus, as docker-compose.yml sets it up: every picture of the dashboard has data."""

import json
import shutil
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.runs import running, wait_for
from tests.e2e.servers import ROOT, serving
from tests.ports import held_port

TOKEN = "watching"
FAULTS = """
[[rule]]
fault = "status"
status = 500
probability = 0.2

[[phase]]
name = "calm"
for_s = 600
"""


def config(mock: str, harness: str, token_file: Path) -> str:
    """The configuration of the compose file with other addresses, a file of our own, and less patience."""
    table: dict[str, Any] = yaml.safe_load((ROOT / "docker/prometheus.yml").read_text())
    table["global"] = {"scrape_interval": "1s", "scrape_timeout": "1s"}
    jobs = [job for job in table["scrape_configs"] if "static_configs" in job]
    for job in jobs:
        (target,) = job["static_configs"]
        target["targets"] = [{"mockserver:8000": mock, "harness:8089": harness}[target["targets"][0]]]
        if "authorization" in job:
            job["authorization"]["credentials_file"] = str(token_file)
    return yaml.safe_dump(table | {"scrape_configs": jobs})


@contextmanager
def prometheus(folder: Path, port: int) -> Iterator[str]:
    """A Prometheus with the configuration in this folder; where it answers."""
    if shutil.which("prometheus") is None:
        pytest.skip("no prometheus here (Debian: prometheus)")
    words = (f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'data'}")
    with (
        (folder / "prometheus.log").open("w") as log,
        subprocess.Popen(("prometheus", *words, f"--web.listen-address=127.0.0.1:{port}"), stderr=log) as process,
    ):
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def asked(server: str, expression: str) -> list[float]:
    """The values of an expression now; none while there is no answer."""
    query = urllib.parse.urlencode({"query": expression})
    try:
        with urllib.request.urlopen(f"{server}/api/v1/query?{query}", timeout=10) as answer:
            result = json.load(answer)["data"]["result"]
    except OSError:
        return []
    return [float(each["value"][1]) for each in result if each["value"][1] != "NaN"]


def test_every_picture_of_the_dashboard_has_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOCK_ADMIN_TOKEN", TOKEN)
    (tmp_path / "token").write_text(TOKEN)
    (tmp_path / "faults.toml").write_text(FAULTS)
    dashboard = json.loads((ROOT / "docker/grafana/dashboards/dummyload.json").read_text())
    expressions = {target["expr"] for panel in dashboard["panels"] for target in panel["targets"]}
    flags = ("--latency", "instant", "--limits", "tier5", "--faults", str(tmp_path / "faults.toml"))
    with held_port() as port, held_port() as web, serving(*flags) as mock:
        (tmp_path / "prometheus.yml").write_text(
            config(mock.url.removeprefix("http://"), f"127.0.0.1:{web}", tmp_path / "token")
        )
        with (
            running(mock.url, tmp_path / "run", "--web-ui", "--web-port", str(web)) as harness,
            prometheus(tmp_path, port) as server,
        ):
            for expression in expressions:
                wait_for(lambda expression=expression: asked(server, expression))  # type: ignore[misc]
            assert asked(server, "up") == [1, 1]
            assert asked(server, 'mock_phase{phase="calm"}') == [1]
            harness.terminate()
            harness.communicate(timeout=60)
