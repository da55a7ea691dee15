"""The image and the compose file, as far as they can be judged without an engine. docs/containers.md has a real run."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from profiles.files import names

ROOT = Path(__file__).parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
PIN = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[^\s;]+)(?P<marker>[^\n\\]*)", re.MULTILINE)
NOT_LINUX = re.compile(
    r"(?:sys_platform|platform_system) == .(?:win32|Windows|darwin)|os_name == .nt|python_full_version >="
)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _pins(lock: str) -> dict[str, str]:
    """Name and version of each package of a lock."""
    return {_normal(found["name"]): found["version"] for found in PIN.finditer((ROOT / lock).read_text())}


def _wheels() -> Iterator[tuple[str, str, str, str]]:
    """Package, version, platform tags and hash of each wheel that an image is made of."""
    for line in (ROOT / "docker/wheels.txt").read_text().splitlines():
        file, digest = line.split(" ")
        name, version, *_, platforms = file.removesuffix(".whl").split("-")
        yield _normal(name), version, platforms, digest


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_every_locked_package_has_a_wheel_for_the_machine(machine: str) -> None:
    """`make lock` writes the wheels down that it found; here they are held against the lock."""
    there = {(name, version) for name, version, platforms, _ in _wheels() if platforms == "any" or machine in platforms}
    lock = (ROOT / "docker/runtime.lock").read_text()
    wanted = {
        (_normal(found["name"]), found["version"])
        for found in PIN.finditer(lock)
        if not NOT_LINUX.search(found["marker"])
    }
    assert len(wanted) > 40
    assert wanted - there == set()


def test_the_wheels_are_those_that_the_lock_pins() -> None:
    lock = (ROOT / "docker/runtime.lock").read_text()
    assert [name for name, _, _, digest in _wheels() if f"--hash=sha256:{digest}" not in lock] == []


@pytest.mark.parametrize("lock", ["docker/runtime.lock", "docker/build.lock"])
def test_the_locks_of_the_image_agree_with_the_lock_of_the_tests(lock: str) -> None:
    everything = _pins("requirements.lock")
    assert {name: version for name, version in _pins(lock).items() if everything.get(name) != version} == {}


def test_the_image_runs_with_all_that_the_project_depends_on_and_nothing_of_its_tests() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    direct = {_normal(re.split(r"[>=<\[]", entry)[0]) for entry in project["project"]["dependencies"]}
    pinned = _pins("docker/runtime.lock")
    assert direct <= set(pinned)
    assert {"mypy", "ruff", "hypothesis", "openai"} & set(pinned) == set()


def _instructions(name: str) -> list[str]:
    joined = DOCKERFILE.replace("\\\n", " ")
    return [line.split(" ", 1)[1] for line in joined.splitlines() if line.startswith(f"{name} ")]


def test_the_image_runs_as_somebody_who_is_not_root() -> None:
    last_stage = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.search(r"^USER (?!root|0)\w+$", last_stage, re.MULTILINE)


def test_its_base_has_one_name_with_a_version() -> None:
    assert _instructions("ARG")[0] == "BASE=python:3.11-slim-bookworm"
    assert {source.split(" ")[0] for source in _instructions("FROM")} == {"${BASE}"}


def test_commands_are_in_exec_form_so_that_signals_arrive() -> None:
    assert all(command.startswith("[") for command in _instructions("CMD"))
    health = re.search(r"HEALTHCHECK .*\\\n\s+CMD (?P<command>.*)", DOCKERFILE)
    assert health is not None
    assert health["command"].startswith("[")
    assert "/healthz" in health["command"]


def test_only_what_the_image_needs_is_sent_to_the_engine() -> None:
    first, *rest = (ROOT / ".dockerignore").read_text().split()
    assert first == "*"
    sent = {entry.removeprefix("!") for entry in rest if entry.startswith("!")}
    copied = {source for line in _instructions("COPY") if "--from" not in line for source in line.split()[:-1]}
    assert {source for source in copied if source not in sent and not source.endswith(".lock")} == set()
    assert not {".git", ".venv", "runs", "tests"} & sent


def started(*profiles: str) -> set[str]:
    """The services that `docker compose up` starts with these profiles."""
    return {name for name, table in COMPOSE["services"].items() if set(table.get("profiles", profiles)) <= {*profiles}}


def test_there_are_a_mock_a_master_and_workers() -> None:
    assert started() == {"mockserver", "harness", "worker"}
    harness, worker = COMPOSE["services"]["harness"], COMPOSE["services"]["worker"]
    assert {"--master", "--web-ui", "--expect-workers=${WORKERS:-2}"} <= set(harness["command"])
    assert worker["deploy"]["replicas"] == "${WORKERS:-2}"
    assert harness["depends_on"] == {"mockserver": {"condition": "service_healthy"}}


@pytest.mark.parametrize("service", ["mockserver", "harness", "prometheus", "grafana"])
def test_ports_are_open_to_this_machine_only(service: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in COMPOSE["services"][service]["ports"])


@pytest.mark.parametrize("service", COMPOSE["services"])
def test_no_service_can_do_more_than_it_needs(service: str) -> None:
    table = COMPOSE["services"][service]
    assert table["read_only"] is True
    assert table["cap_drop"] == ["ALL"]
    assert table["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in table


def test_the_key_is_a_secret_and_never_a_value_of_the_environment() -> None:
    for table in COMPOSE["services"].values():
        assert "OPENAI_API_KEY" not in table.get("environment", {})
    for service in ("harness", "worker"):
        table = COMPOSE["services"][service]
        assert table["environment"]["OPENAI_API_KEY_FILE"] == f"/run/secrets/{table['secrets'][0]}"
    assert set(COMPOSE["secrets"]["openai_api_key"]) == {"file"}
    assert (ROOT / "docker/no-key").read_bytes() == b""


def _defaults() -> dict[str, str]:
    return dict(re.findall(r"\$\{(\w+):-([^}]*)\}", (ROOT / "docker-compose.yml").read_text()))


def test_the_defaults_name_what_is_shipped() -> None:
    defaults = _defaults()
    assert defaults["WORKLOAD"] in names("workloads")
    assert defaults["LATENCY"] in names("latency")


def test_the_docs_name_every_variable_with_its_default() -> None:
    docs = (ROOT / "docs/containers.md").read_text()
    for name, default in _defaults().items():
        assert f"| `{name}` | {f'`{default}`' if default else ''} |" in docs


def test_the_other_services_come_with_their_profiles_only() -> None:
    assert started("watch") - started() == {"prometheus", "grafana"}
    assert started("shared") - started() == {"redis", "mocks"}


def test_mocks_that_share_a_quota_are_the_same_as_the_one_but_for_their_store() -> None:
    one, many = COMPOSE["services"]["mockserver"], COMPOSE["services"]["mocks"]
    assert many["command"] == [*one["command"], "--store=redis://redis:6379/0"]
    assert many["environment"] == one["environment"]
    assert many["deploy"]["replicas"] == "${MOCKS:-3}"
    assert "ports" not in many, "replicas cannot have one port of this machine"


def test_the_redis_of_the_mocks_answers_them_but_nobody_outside() -> None:
    """The mocks are other machines to it: a Redis as its makers ship it refuses those."""
    command = COMPOSE["services"]["redis"]["command"]
    assert command[command.index("--protected-mode") + 1] == "no"
    assert "ports" not in COMPOSE["services"]["redis"]


def test_prometheus_reads_what_compose_starts_with_the_token_that_it_gives_the_mocks() -> None:
    config = yaml.safe_load((ROOT / "docker/prometheus.yml").read_text())
    jobs = {job["job_name"]: job for job in config["scrape_configs"]}
    assert set(jobs) <= set(COMPOSE["services"])
    assert jobs["harness"]["static_configs"] == [{"targets": ["harness:8089"]}]
    assert jobs["mocks"]["dns_sd_configs"][0]["names"] == ["mocks"]
    written = COMPOSE["services"]["prometheus"]["command"][0]
    for name in ("mockserver", "mocks"):
        assert jobs[name]["metrics_path"] == "/_mock/metrics"
        assert f">{jobs[name]['authorization']['credentials_file']} " in written
        assert COMPOSE["services"][name]["environment"] == COMPOSE["services"]["prometheus"]["environment"]


def test_files_that_services_read_are_there() -> None:
    mounted = [volume.split(":")[0] for table in COMPOSE["services"].values() for volume in table.get("volumes", [])]
    assert [path for path in mounted if path.startswith("./") and not (ROOT / path).exists()] == []
    assert {volume for volume in mounted if not volume.startswith("./")} == set(COMPOSE["volumes"])


def test_grafana_finds_its_dashboard_and_the_dashboard_its_data() -> None:
    provisioning = ROOT / "docker/grafana/provisioning"
    (source,) = yaml.safe_load((provisioning / "datasources/prometheus.yml").read_text())["datasources"]
    (provider,) = yaml.safe_load((provisioning / "dashboards/dummyload.yml").read_text())["providers"]
    assert source["url"] == "http://prometheus:9090"
    grafana = COMPOSE["services"]["grafana"]
    assert f"./docker/grafana/dashboards:{provider['options']['path']}:ro" in grafana["volumes"]
    dashboard = json.loads((ROOT / "docker/grafana/dashboards/dummyload.json").read_text())
    panels = dashboard["panels"]
    assert [panel["id"] for panel in panels] == list(range(1, len(panels) + 1))
    assert {panel["datasource"]["uid"] for panel in panels} == {source["uid"]}
    assert all(target["expr"] and target["legendFormat"] for panel in panels for target in panel["targets"])
    assert all(panel["fieldConfig"]["defaults"]["min"] == 0 for panel in panels), "elsewhere it misleads"
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels]
    assert len(set(places)) == len(places)
    assert all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in panels)


def test_grafana_asks_nobody_outside() -> None:
    asked = COMPOSE["services"]["grafana"]["environment"]
    assert asked["GF_ANALYTICS_REPORTING_ENABLED"] == asked["GF_ANALYTICS_CHECK_FOR_UPDATES"] == "false"
    assert asked["GF_PLUGINS_PREINSTALL_DISABLED"] == "true"


def test_what_is_in_flight_when_a_run_is_stopped_may_finish() -> None:
    grace_s = int(COMPOSE["services"]["harness"]["stop_grace_period"].removesuffix("s"))
    assert grace_s > int(_defaults()["STOP_TIMEOUT"].removesuffix("s"))
