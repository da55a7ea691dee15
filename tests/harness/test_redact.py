import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.redact import REDACTED, redact

KEY = "sk-proj-abcDEF0123456789_-xyzWXYZ"
TEXTS = st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=40)
KEYS = TEXTS.filter(
    lambda key: len(key) >= 5 and key.strip() == key and key not in REDACTED and not set("[]*") & set(key)
)


def mask(key: str) -> str:
    """A key as a 401 of the real API shows it."""
    return key if len(key) <= 12 else key[:8] + "*" * (len(key) - 12) + key[-4:]


@given(TEXTS, KEYS, TEXTS)
def test_a_key_never_survives(before: str, key: str, after: str) -> None:
    assert key not in redact(before + key + after, key)


@given(KEYS)
def test_the_echo_of_a_401_does_not_survive(key: str) -> None:
    told = redact(f"Incorrect API key provided: {mask(key)}. You can find your API key at", key)
    assert mask(key) not in told
    assert len(key) <= 12 or (key[:8] + "*" not in told and "*" + key[-4:] not in told)


@given(KEYS)
def test_a_key_inside_json_does_not_survive(key: str) -> None:
    for text in (json.dumps({"key": key}), json.dumps({"key": mask(key)})):
        assert redact(text, key) == json.dumps({"key": REDACTED})


@pytest.mark.parametrize(
    "written",
    ["sk-a&b<c>d/e0123", r"sk-a\u0026b\u003cc\u003ed/e0123", r"sk-a&b<c>d\/e0123", "sk-a%26b%3Cc%3Ed%2Fe0123"],
)
def test_a_key_is_found_however_it_is_escaped(written: str) -> None:
    assert redact(f"provided: {written}.", "sk-a&b<c>d/e0123") == f"provided: {REDACTED}."


@pytest.mark.parametrize(
    "text", [KEY, mask(KEY), f"Bearer {KEY}", f"x\\n{KEY}", f"\\u0022{KEY}", f"k%3D{KEY}", "sk-ab***********wxyz"]
)
def test_what_is_shaped_like_a_key_goes_even_when_it_is_not_ours(text: str) -> None:
    told = redact(text, None)
    assert REDACTED in told
    assert "sk-" not in told


@pytest.mark.parametrize("text", ["", "a risk-assessment of the task-force", "sk-", "rate limit reached for gpt-4o"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert redact(text, KEY) == text
    assert redact(text, None) == text


def test_of_a_secret_inside_another_nothing_is_left_over() -> None:
    assert redact("pw: hunter22-and-more", "hunter22", "hunter22-and-more") == f"pw: {REDACTED}"


def test_a_short_key_is_not_looked_for_by_its_head() -> None:
    assert redact("password***", "password1234") == "password***"
