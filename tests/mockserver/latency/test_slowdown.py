"""Slow-downs: by the hour of a simulated day, by noise, by incidents; the same for the same seed and instant."""

import math
import statistics
from datetime import UTC, datetime

import pytest

from mockserver.chance import of_everybody
from mockserver.latency.distributions import Lognormal, Uniform
from mockserver.latency.slowdown import LEAST, Incidents, Noise, Slowdown

HOUR_S = 3600.0
HOURS = tuple(0.7 + hour / 100 for hour in range(24))


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("instant", "utc_offset_h", "factor"),
    [
        ("2026-01-05T00:00:00", 0, 0.70),
        ("2026-01-05T09:59:59", 0, 0.79),
        ("2026-01-05T10:00:00", 0, 0.80),
        ("2026-01-05T23:30:00", 0, 0.93),
        ("2026-01-05T10:00:00", -5, 0.75),
        ("2026-01-05T02:00:00", -5, 0.91),
        ("2026-01-05T10:00:00", 5.5, 0.85),
    ],
)
def test_the_hour_is_that_of_the_simulated_day_of_a_place(instant: str, utc_offset_h: float, factor: float) -> None:
    assert Slowdown(HOURS, utc_offset_s=utc_offset_h * HOUR_S).at(at(instant)) == pytest.approx(factor)


@pytest.mark.parametrize(
    ("day", "factor"),
    [("09", 1.0), ("10", 0.9), ("11", 0.9), ("12", 1.0)],  # a Friday to a Monday
)
def test_weekends_are_saturday_and_sunday(day: str, factor: float) -> None:
    assert Slowdown(weekend=0.9).at(at(f"2026-01-{day}T12:00:00")) == factor


def test_the_weekend_begins_with_the_day_of_the_place() -> None:
    assert Slowdown(weekend=0.9, utc_offset_s=-5 * HOUR_S).at(at("2026-01-10T03:00:00")) == 1.0


def test_nothing_is_faster_than_the_least_factor() -> None:
    assert Slowdown((0.1,) * 24).at(0.0) == LEAST


def test_noise_has_its_spread_and_its_memory() -> None:
    noise = Noise(of_everybody(1), 0.08, 600.0)
    logs = [math.log(noise.at(60.0 * minute)) for minute in range(20_000)]
    assert statistics.fmean(logs) == pytest.approx(0, abs=0.01)
    assert statistics.stdev(logs) == pytest.approx(0.08, rel=0.1)
    assert statistics.correlation(logs[:-10], logs[10:]) == pytest.approx(math.exp(-1), abs=0.06)


def test_incidents_are_as_frequent_and_as_long_and_as_bad_as_stated() -> None:
    incidents = Incidents(of_everybody(2), 5.5 * 86_400, Lognormal(74, 1.17), Uniform(2, 4))
    found = [incident for cell in range(4_000) for incident in incidents.of_cell(cell)]
    assert len(found) == pytest.approx(4_000, abs=4 * math.sqrt(4_000))
    minutes = sorted((incident.ends_at - incident.begins_at) / 60 for incident in found)
    assert statistics.median(minutes) == pytest.approx(74, rel=0.1)
    assert minutes[int(0.8413 * len(minutes))] == pytest.approx(74 * math.exp(1.17), rel=0.12)
    assert statistics.fmean(incident.factor for incident in found) == pytest.approx(3, rel=0.02)


def test_while_an_incident_lasts_everything_is_slower_and_then_no_more() -> None:
    incidents = Incidents(of_everybody(3), 1000.0, 5.0, 3.0)
    slowdown = Slowdown(incidents=incidents)
    first = next(incident for cell in range(100) for incident in incidents.of_cell(cell))
    assert slowdown.at(first.begins_at) == 3.0
    share = sum(slowdown.at(25.0 * place) > 1 for place in range(40_000)) / 40_000
    # Of a Poisson process whose incidents last 0.3 of their mean distance.
    assert share == pytest.approx(-math.expm1(-0.3), abs=0.03)


def test_a_long_incident_reaches_into_the_cells_behind_its_own() -> None:
    incidents = Incidents(of_everybody(4), 100.0, 20.0, 2.0)
    incident = next(each for cell in range(100) for each in incidents.of_cell(cell))
    assert incident.ends_at - incident.begins_at == pytest.approx(1200)
    assert incidents.at(incident.ends_at - 1) == 2.0


def test_the_same_seed_has_the_same_bad_day_in_whatever_order_it_is_asked_about() -> None:
    def slowdown(seed: int) -> Slowdown:
        chances = of_everybody(seed)
        return Slowdown(noise=Noise(chances, 0.2, 600.0), incidents=Incidents(chances, 3600.0, 10.0, 2.0))

    moments = [900.0 * place for place in range(200)]
    forwards = [slowdown(5).at(moment) for moment in moments]
    one = slowdown(5)
    assert [one.at(moment) for moment in reversed(moments)] == forwards[::-1]
    assert [slowdown(6).at(moment) for moment in moments] != forwards
