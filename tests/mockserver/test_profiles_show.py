"""`mockserver profiles show`: the numbers that count, where they are from, and a picture of what comes of them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mockserver.latency import load_picture, picture
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
    monkeypatch.setattr(load_picture, "REQUESTS", 200)

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


def test_times_are_said_to_be_those_without_slow_downs_where_there_are_any(shown: Show) -> None:
    said = "what follows is for a time at which nothing is slowed down"
    assert said in shown("hosted-day")
    assert said not in shown("hosted")


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


def figure(lines: list[str], of: str, quantile: str) -> float:
    """A quantile in the line that begins so."""
    (line,) = (line for line in lines if line.startswith(of))
    return float(line.split(f"{quantile} ")[1].split(", ")[0].split(";")[0].replace(",", ""))


def test_of_a_model_that_thinks_the_first_token_is_seen_behind_that(shown: Show) -> None:
    lines = shown("hosted", "--model", "o3")
    assert any("none cached, behind what it thinks at medium effort" in line for line in lines)
    # 1,340 hidden tokens of 9.3 ms each at the median.
    assert 9_000 < figure(lines, "time to first token", "p50") < 20_000
    assert "thinks" not in "\n".join(shown("hosted", "--model", "gpt-4o"))


def test_of_an_engine_its_figures_are_shown_and_what_becomes_of_more_and_more_requests(shown: Show) -> None:
    lines = shown("dedicated", "--prompt-tokens", "225")
    said = {line.split()[0]: line.split()[1:] for line in lines[3 : lines.index("", 3)]}
    assert said["engine.slots"] == ["[engine]", "64"]
    assert said["reply_tokens"][0] == "[default]"
    head = next(place for place, line in enumerate(lines) if line.lstrip().startswith("asked/s"))
    rows = [[float(cell.rstrip("%").replace(",", "")) for cell in line.split()] for line in lines[head + 1 : head + 6]]
    asked, answered, refused, ttft, _, gap, _ = zip(*rows, strict=True)
    assert list(asked) == sorted(asked)
    assert answered[-1] < 0.8 * asked[-1], "twice as much as it can do is not done"
    assert refused[0] == 0
    assert list(gap) == sorted(gap)
    assert gap[0] == pytest.approx(11.8, rel=0.2), "hardly anybody is there"
    assert ttft[-1] > 10 * ttft[0]
    assert 0 < figure(lines, "gaps between tokens in ms then", "p50") < 50


def test_keys_that_an_engine_leaves_without_effect_are_not_shown(shown: Show, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('extends = "hosted"\n[engine]\nslots = 2\nqueue = 1\nstep_ms = 10\n')
    lines = shown(str(tmp_path / "mine.toml"), "--model", "o3")
    keys = {line.split()[0] for line in lines[3 : lines.index("", 3)]}
    assert {"reply_tokens", "first_byte_lead_ms", "engine.queue"} <= keys
    assert not {"ttft_base_ms", "itl_ms", "bursts"} & keys
