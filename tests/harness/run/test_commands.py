"""The command lines of the children."""

from pathlib import Path
from typing import Any

from harness.run.commands import environ_of, load_command, master_command, worker_command
from harness.run.crew import Address, Crew
from harness.run.settings import RunSettings

OUT = Path("/run")
HERE = Address("127.0.0.1", 4711)


def settings(**more: Any) -> RunSettings:
    return RunSettings(host="http://h", workload="mixed", users=5, spawn_rate=2.0, run_time_s=9.0, seed=3, **more)


def test_a_single_process_is_told_what_was_asked_for_and_no_time_limit() -> None:
    command = load_command(settings(think_time_s=0.0), Crew(labels={"region": "eu"}), OUT)
    assert command[1:3] == ["-m", "locust"]
    assert {"--host=http://h", "--workload=mixed", "--users=5", "--think-time=0.0", "--seed=3"} <= set(command)
    assert {"--supervised", "--headless", "--out=/run", "--label=region=eu"} <= set(command)
    assert not [word for word in command if word.startswith(("-t", "--run-time", "--requests", "--model", "--master"))]


def test_a_master_is_told_the_same_and_how_many_it_leads() -> None:
    crew = Crew(processes=2, awaited=1, bind=Address("10.0.0.9", 5557), labels={"region": "eu"})
    command = master_command(settings(requests=7), crew, OUT)
    assert {"--master", "--master-bind-host=10.0.0.9", "--master-bind-port=5557", "--expect-workers=3"} <= set(command)
    assert {"--supervised", "--headless", "--out=/run", "--users=5", "--requests=7"} <= set(command)
    assert not [word for word in command if word.startswith("--label")]


def test_a_worker_is_told_where_the_master_is_and_what_only_its_machine_knows() -> None:
    command = worker_command(HERE, OUT, {"region": "eu", "tier": "x"}, "/ca.pem", ["--loglevel", "DEBUG"])
    assert {"--worker", "--master-host=127.0.0.1", "--master-port=4711", "--supervised", "--out=/run"} <= set(command)
    assert {"--label=region=eu", "--label=tier=x", "--ca-file=/ca.pem"} <= set(command)
    assert command[-2:] == ["--loglevel", "DEBUG"]
    assert not [word for word in command if word.startswith(("--host", "--users", "--headless"))]
    assert not [word for word in worker_command(HERE, OUT, {}) if word.startswith(("--ca-file", "--label"))]


def test_the_web_ui_takes_the_place_of_no_ui() -> None:
    for command in (
        load_command(settings(), Crew(web=Address("127.0.0.1", 8089)), OUT),
        master_command(settings(), Crew(processes=2, web=Address("127.0.0.1", 8089)), OUT),
    ):
        assert {"--autostart", "--web-host=127.0.0.1", "--web-port=8089"} <= set(command)
        assert "--headless" not in command


def test_flags_for_locust_come_last() -> None:
    crew = Crew(processes=2, locust_flags=("--csv", "x"))
    assert load_command(settings(), crew, OUT)[-2:] == ["--csv", "x"]
    assert master_command(settings(), crew, OUT)[-2:] == ["--csv", "x"]


def test_the_endpoint_goes_to_the_child_and_its_headers_only_through_the_environment() -> None:
    asked = settings(
        path_prefix="/llm",
        api="azure",
        api_version="v",
        headers=(("X-A", "hidden-1"), ("api-key", "hidden-2")),
        extra_body={"top_k": 20},
        allow_http=True,
        target="real",
        ca_file="/ca.pem",
    )
    for command in (load_command(asked, Crew(), OUT), master_command(asked, Crew(processes=2), OUT)):
        assert {"--path-prefix=/llm", "--api=azure", "--api-version=v", '--extra-body={"top_k":20}'} <= set(command)
        assert {"--allow-http", "--target=real", "--ca-file=/ca.pem"} <= set(command)
        assert "hidden" not in " ".join(command)
    environ = environ_of(asked.headers, {"A": "b", "HARNESS_HEADERS": "X-Old: 1"})
    assert environ == {"A": "b", "HARNESS_HEADERS": "X-A: hidden-1\napi-key: hidden-2"}


def test_patience_and_retries_go_to_the_child() -> None:
    asked = settings(retry="fixed, attempts=2", timeouts={"idle_s": 0.5, "total_s": 90})
    for command in (load_command(asked, Crew(), OUT), master_command(asked, Crew(processes=2), OUT)):
        assert {"--retry=fixed, attempts=2", "--idle-timeout=0.5", "--total-timeout=90"} <= set(command)


def test_what_was_not_said_is_not_taken_from_the_child_s_environment() -> None:
    assert {"--retry=", "--idle-timeout="} <= set(load_command(settings(), Crew(), OUT))
    assert {"--max-cost-usd=", "--max-requests=", "--max-tokens-total="} <= set(load_command(settings(), Crew(), OUT))


def test_caps_go_to_the_child() -> None:
    keeping = settings(goodput=("ttft < 1s", "e2e < 9s"))
    assert {"--goodput=ttft < 1s", "--goodput=e2e < 9s"} <= set(load_command(keeping, Crew(), OUT))
    assert "--price-as=" in load_command(settings(), Crew(), OUT)
    assert "--price-as=gpt-4o" in load_command(settings(price_as="gpt-4o"), Crew(), OUT)
    asked = settings(max_cost_usd=0.25, max_requests=7, max_tokens_total=900)
    for command in (load_command(asked, Crew(), OUT), master_command(asked, Crew(processes=2), OUT)):
        assert {"--max-cost-usd=0.25", "--max-requests=7", "--max-tokens-total=900"} <= set(command)
