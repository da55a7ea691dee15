"""`mockserver profiles show`: the numbers that count, where they are from, and a picture of what comes of them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mockserver.latency import picture
from mockserver.profiles_cli import app

Show = Callable[..., list[str]]

MINE = """
description = "mine"
extends = "constant"

[default]
ttft_base_ms = { dist = "gamma", mean = 300, cv = 0.2 }

[default.bursts]
tokens = 3

[models."gpt-4o"]
itl_ms = 7.5

[slowdown]
weekend = 0.9
"""


@pytest.fixture
def shown(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Show:
    """A function from arguments to what is printed."""
    monkeypatch.setattr(picture, "REPLIES", 200)

    def show(*arguments: str) -> list[str]:
        app(["show", *arguments], standalone_mode=False)
        return capsys.readouterr().out.splitlines()

    return show


def test_each_key_has_its_value_and_the_table_that_says_it(shown: Show, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(MINE)
    lines = shown(str(tmp_path / "mine.toml"), "--model", "gpt-4o-2024-08-06")
    assert lines[:2] == ["mine: mine", "laid over constant"]
    said = {line.split()[0]: " ".join(line.split()[1:]) for line in lines[3 : lines.index("", 3)]}
    assert said == {
        "key": "from value",
        "ttft_base_ms": '[default] { dist = "gamma", mean = 300, cv = 0.2 }',
        "itl_ms": '[models."gpt-4o"] 7.5',
        "bursts": "[default] { tokens = 3, sigma = 0 }",
        "first_byte_lead_ms": "[default] 0",
        "reply_tokens": '[default] "fill"',
        "slowdown.utc_offset_h": "[slowdown] 0",
        "slowdown.weekend": "[slowdown] 0.9",
    }
    assert (
        "gaps between writes in ms: p50 22.5, p90 22.5, p95 22.5, p99 22.5; 68% of tokens leave with the one before"
        in (lines)
    )


def test_without_a_model_it_is_the_default_s(shown: Show) -> None:
    lines = shown("constant")
    assert "time to first token in ms, 100 prompt tokens, none cached: p50 200, p90 200, p95 200, p99 200" in lines
    assert [line.split() for line in lines if line.endswith("always")] == [["200", "always"], ["20", "always"]]


def test_bars_are_as_long_as_ranges_are_frequent(shown: Show) -> None:
    bars = [line for line in shown("hosted", "--model", "gpt-4o") if " - " in line]
    assert len(bars) == 2 * picture._BARS
    assert max(line.count("#") for line in bars) == picture._LONGEST_BAR
    shares = [float(line.split()[-1].rstrip("%")) for line in bars[: picture._BARS]]
    assert sum(shares) == pytest.approx(100, abs=2)
    longest = max(range(len(shares)), key=shares.__getitem__)
    assert bars[longest].count("#") == picture._LONGEST_BAR


def test_longer_prompts_take_longer(shown: Show) -> None:
    text = "\n".join(shown("hosted", "--model", "gpt-4o", "--prompt-tokens", "50000"))
    assert "50,000 prompt tokens, none cached: p50 3," in text


def test_a_profile_that_waits_for_nothing_has_no_picture(shown: Show) -> None:
    lines = shown("instant")
    assert lines[-1] == "no gaps: all tokens leave at once"
