"""What goes to Locust as it is, and what does not."""

import pytest

from harness.run.locust_flags import OWNED, passed_on, split_workload
from harness.run.settings import SettingError
from harness.swarm.arguments import CAPS, ENDPOINT_ARGUMENTS


@pytest.mark.parametrize(
    "words", [(), ("--loglevel", "DEBUG"), ("--csv=stats", "--csv-full-history"), ("-L", "DEBUG"), ("--tags", "a", "b")]
)
def test_flags_of_locusts_own_are_passed_on(words: tuple[str, ...]) -> None:
    assert passed_on(words) == words


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--users", "3"), "--users: not Locust's to know here; write --users before the --"),
        (("--csv", "x", "--users=3"), "--users: not Locust's to know here; write --users before the --"),
        (("--user", "3"), "--user: not Locust's to know here; write --users before the --"),
        (("-u", "3"), "-u: not Locust's to know here; write --users before the --"),
        (("-u3",), "-u3: not Locust's to know here; write --users before the --"),
        (("-t", "3s"), "-t: not Locust's to know here; write --run-time before the --"),
        (("--headless",), "--headless: not Locust's to know here; leave it out, or write --web-ui before the --"),
        (("--master",), "--master: not Locust's to know here; write --master before the --"),
        (("--worker",), "--worker: not Locust's to know here; write harness worker"),
        (("--master-bind-port=1",), "--master-bind-port: not Locust's to know here; write --bind HOST:PORT"),
        (("--supervised",), "--supervised: not Locust's to know here; leave it out"),
        (("mixed",), "mixed: not expected here; flags for Locust come after --, such as -- --loglevel DEBUG"),
    ],
)
def test_flags_that_the_harness_sets_are_refused_with_what_to_write(words: tuple[str, ...], said: str) -> None:
    with pytest.raises(SettingError) as refused:
        passed_on(words)
    assert str(refused.value).startswith(said)


def test_the_harness_s_own_flags_on_locusts_command_line_are_among_them() -> None:
    assert set(ENDPOINT_ARGUMENTS) <= set(OWNED)
    assert set(CAPS) <= set(OWNED)


@pytest.mark.parametrize(
    ("words", "workload", "flags"),
    [
        ((), "basic", ()),
        (("mixed",), "mixed", ()),
        (("mixed", "--csv", "x"), "mixed", ("--csv", "x")),
        (("--csv", "x"), "basic", ("--csv", "x")),
    ],
)
def test_the_workload_may_be_left_out(words: tuple[str, ...], workload: str, flags: tuple[str, ...]) -> None:
    assert split_workload(words, "basic") == (workload, flags)
