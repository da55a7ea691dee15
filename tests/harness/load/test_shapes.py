"""Ready stages."""

import pytest

from harness.load.grammar import plan_of
from harness.load.shapes import SHAPES

SAME = {
    "ramp": "0-60s: 1->20, 60s-2m: 20",
    "ramp: from=0, to=9, time=30s, hold=0": "0-30s: 0->9",
    "steps": "0-30s: 5, 30-60s: 10, 60-90s: 15, 90s-2m: 20",
    "steps: from=3, to=1, steps=3, each=1s": "0-1s: 3, 1-2s: 2, 2-3s: 1",
    "steps: to=7, steps=1, from=7, each=9s": "0-9s: 7",
    "spike": "0-60s: 5, 60-90s: 50, 90s-2m30s: 5",
    "spike, base=1, peak=2, before=5s, time=1s, after=0": "0-5s: 1, 5-6s: 2",
    "soak": "0-60s: 0->10, 60s-1h1m: 10",
    "soak: level=2, ramp=0, time=2h": "0-2h: 2",
    "sawtooth: teeth=2": "0-60s: 5->20, 60s-2m: 5->20",
    "sawtooth: low=0, high=1, period=10s, teeth=1": "0-10s: 0->1",
}


@pytest.mark.parametrize("shape", SAME)
def test_a_shape_is_the_plan_that_one_would_have_written(shape: str) -> None:
    assert plan_of(shape) == plan_of(SAME[shape])


def test_every_shape_has_defaults_and_every_setting_changes_something() -> None:
    for name, shape in SHAPES.items():
        for key, default in shape.defaults.items():
            other = default.replace("s", "5s") if default.endswith("s") else f"1{default}"
            assert plan_of(f"{name}: {key}={other}") != plan_of(name), (name, key)
            assert plan_of(f"{name}: {key}={default}") == plan_of(name)
