"""The pytest plugin, used as the tests of an application would."""

import subprocess
import sys
from pathlib import Path

import pytest

from mockserver.testing import serving

TESTS = """
import openai
import pytest

QUESTION = [{"role": "user", "content": "Why is the sky blue?"}]


def ask(retries=0, **more):
    with openai.OpenAI(max_retries=retries) as client:
        answer = client.chat.completions.create(model="gpt-4o-mini", messages=QUESTION, max_tokens=6, **more)
        return list(answer) if "stream" in more else answer


def test_an_answer(mock):
    assert ask().choices[0].finish_reason == "length"
    (entry,) = mock.requests()
    assert (entry["status"], entry["sent_tokens"]) == (200, 6)


def test_failures_are_for_the_next_requests(mock):
    assert mock.requests() == []
    mock.fail(503, times=2)
    for _ in range(2):
        with pytest.raises(openai.InternalServerError):
            ask()
    ask()


def test_retries_get_through_a_rate_limit(mock):
    mock.rate_limit(wait_ms=5)
    ask(retries=1)
    assert [entry["status"] for entry in mock.requests()] == [429, 200]


def test_a_stream_that_ends_too_early(mock):
    mock.truncate(after_tokens=2)
    chunks = ask(stream=True)
    assert sum(bool(chunk.choices[0].delta.content) for chunk in chunks) == 2
    assert chunks[-1].choices[0].finish_reason is None


def test_any_fault_for_whom_it_is_about(mock):
    mock.fault("refusal", match={"stream": True})
    assert ask().choices[0].message.refusal is None
    assert any(chunk.choices[0].delta.refusal for chunk in ask(stream=True))


def test_limits_change(mock):
    mock.change(limits={"default": {"rpm": 1}})
    ask()
    with pytest.raises(openai.RateLimitError):
        ask()


def test_the_application_is_judged(mock):
    mock.rate_limit(wait_ms=5_000)
    with pytest.raises(openai.RateLimitError):
        ask()
    mock.assert_well_behaved()
    with pytest.raises(AssertionError, match="gave_up: 1 of 1"):
        mock.assert_well_behaved(strict=True)
    ask()
    with pytest.raises(AssertionError, match="retry_after_ignored: 1 of 1"):
        mock.assert_well_behaved()


def test_a_mistake_is_told(mock):
    with pytest.raises(ValueError, match="no fault of kind 'nope'"):
        mock.fault("nope")
"""
NOBODY = """
import sys


def test_nothing_of_the_server_is_loaded():
    assert not {"mockserver.testing", "mockserver.app", "starlette"} & set(sys.modules)
"""


def run(folder: Path, tests: str) -> str:
    """What pytest says of a file of tests, far from this project."""
    (folder / "test_mine.py").write_text(tests)
    command = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120).stdout


def test_an_application_is_tested_with_it(tmp_path: Path) -> None:
    said = run(tmp_path, TESTS)
    assert "8 passed" in said, said


def test_the_flags_are_the_projects_own(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        'import pytest\n@pytest.fixture(scope="session")\ndef mock_flags():\n    return ("--models", "any")\n'
    )
    said = run(tmp_path, TESTS.replace("gpt-4o-mini", "my-own"))
    assert "8 passed" in said, said


def test_who_does_not_use_it_does_not_load_it(tmp_path: Path) -> None:
    assert "1 passed" in run(tmp_path, NOBODY)


def test_a_server_that_does_not_start_says_why() -> None:
    with pytest.raises(RuntimeError, match="nope: no latency profile of that name"), serving(("--latency", "nope")):
        pass
