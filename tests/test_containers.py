"""The image and the compose file, as far as they can be judged without an engine. docs/containers.md has a real run."""

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


def test_there_are_a_mock_a_master_and_workers() -> None:
    assert set(COMPOSE["services"]) == {"mockserver", "harness", "worker"}
    harness, worker = COMPOSE["services"]["harness"], COMPOSE["services"]["worker"]
    assert {"--master", "--web-ui", "--expect-workers=${WORKERS:-2}"} <= set(harness["command"])
    assert worker["deploy"]["replicas"] == "${WORKERS:-2}"
    assert harness["depends_on"] == {"mockserver": {"condition": "service_healthy"}}


@pytest.mark.parametrize("service", ["mockserver", "harness"])
def test_ports_are_open_to_this_machine_only(service: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in COMPOSE["services"][service]["ports"])


@pytest.mark.parametrize("service", ["mockserver", "harness", "worker"])
def test_no_service_can_do_more_than_it_needs(service: str) -> None:
    table = COMPOSE["services"][service]
    assert table["read_only"] is True
    assert table["cap_drop"] == ["ALL"]
    assert table["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in table


def test_the_key_is_a_secret_and_never_a_value_of_the_environment() -> None:
    for table in COMPOSE["services"].values():
        assert set(table.get("environment", {})) <= {"OPENAI_API_KEY_FILE"}
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


def test_what_is_in_flight_when_a_run_is_stopped_may_finish() -> None:
    grace_s = int(COMPOSE["services"]["harness"]["stop_grace_period"].removesuffix("s"))
    assert grace_s > int(_defaults()["STOP_TIMEOUT"].removesuffix("s"))
