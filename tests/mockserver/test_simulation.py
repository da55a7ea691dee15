from pathlib import Path

import pytest

from mockserver.clock import Clock
from mockserver.settings import Settings
from mockserver.simulation import Simulation
from profiles import ProfileError


def _simulation(settings: Settings) -> Simulation:
    return Simulation.of(settings, Clock(settings.speed, settings.start_at))


def test_the_description_names_every_part_and_the_speed_when_it_is_not_one() -> None:
    described = _simulation(Settings(latency="constant", limits="tier1", faults="flaky", seed=3)).describe()
    for part in ("latency constant", "limits tier1", "faults flaky", "seed 3"):
        assert part in described
    assert "speed" not in described
    assert "speed 2.5" in _simulation(Settings(latency="instant", speed=2.5)).describe()


def test_by_default_every_key_and_only_known_models_are_accepted() -> None:
    simulation = _simulation(Settings())
    assert simulation.accounts.accepts("anything")
    assert simulation.model("gpt-4o") is not None
    assert simulation.model("my-own-7b") is None
    assert (simulation.current.limits.name, simulation.current.faults.name) == ("off", "off")


def test_keys_come_from_their_file(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    file.write_text('[keys."sk-a"]\n[keys."sk-b"]\n')
    accounts = _simulation(Settings(keys=file)).accounts
    assert [accounts.accepts(key) for key in ("sk-a", "sk-b", "sk-c")] == [True, True, False]


@pytest.mark.parametrize("settings", [Settings(latency="nope"), Settings(limits="nope"), Settings(faults="nope")])
def test_a_profile_that_is_not_there_is_an_error_of_the_profile(settings: Settings) -> None:
    with pytest.raises(ProfileError, match="nope"):
        _simulation(settings)


def test_the_log_names_a_hundred_missing_models_at_most(caplog: pytest.LogCaptureFixture) -> None:
    simulation = _simulation(Settings())
    for i in range(300):
        simulation.model(f"model-{i % 150}")
    assert len(caplog.records) == 100
