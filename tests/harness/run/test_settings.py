"""Time spans as Locust writes them."""

import pytest

from harness.run.settings import RunSettings, SettingError, seconds


@pytest.mark.parametrize(
    ("text", "expected_s"),
    [("90", 90), ("60s", 60), ("5m", 300), ("1h30m", 5400), ("1h2m3s", 3723), ("0.5", 0.5), ("1.5s", 1.5), (" 3s ", 3)],
)
def test_a_time_span_is_what_locust_takes_it_for(text: str, expected_s: float) -> None:
    assert seconds(text, "--run-time") == expected_s


@pytest.mark.parametrize("text", ["", "soon", "5x", "-3s", "1m2h", "s", "1e3", "3 0s"])
def test_anything_else_is_refused_naming_the_flag_and_the_right_form(text: str) -> None:
    with pytest.raises(SettingError, match=r"^--run-time: .* write 60s, 5m or 1h30m$"):
        seconds(text, "--run-time")


def test_what_was_not_given_is_not_written_down() -> None:
    settings = RunSettings(host="http://x", workload="basic", think_time_s=0.0).to_dict()
    assert "requests" not in settings
    assert settings["think_time_s"] == 0.0
