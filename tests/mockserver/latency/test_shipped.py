"""What shipped latency profiles promise: 20,000 draws of each against its stated numbers and their sources."""

import math
import statistics
from itertools import pairwise
from typing import Final

import pytest
from msgspec.structs import replace

from mockserver.chance import Draws, of_everybody
from mockserver.latency import LatencyProfile
from mockserver.latency.distributions import Uniform
from mockserver.latency.model import ModelLatency
from profiles.catalogue import ModelFacts, load_catalogue
from profiles.files import names

DRAWS: Final = 20_000
PROMPT: Final = 500
NORMAL: Final = statistics.NormalDist()
PROFILES: Final = {name: LatencyProfile.from_file(name) for name in names("latency")}
MODELS: Final = ("gpt-4o", "gpt-4o-mini", "gpt-4.1", "gpt-5.4-mini")


CATALOGUE: Final = load_catalogue()


def facts(model: str) -> ModelFacts:
    found = CATALOGUE.resolve(model)
    assert found is not None
    return found


def firsts(latency: ModelLatency, prompt: int = PROMPT, **more: float) -> list[float]:
    """Times to first token in ms, ascending."""
    numbers = (Draws(21, b"", place, "latency") for place in range(DRAWS))
    return sorted(
        latency.cadence(prompt, 1, each, slowdown=more.get("slowdown", 1.0)).token_s[0] * 1e3 for each in numbers
    )


def share_below(latency: ModelLatency, ms: float) -> float:
    """The share of first tokens that the keys of a profile say are there by then, in replies of one token."""
    filter_ms = None if latency.bursts is None else latency.bursts.filter_ms
    if filter_ms is None:
        return made_below(latency, ms)
    assert isinstance(filter_ms, Uniform)
    return statistics.fmean(made_below(latency, ms - filter_ms.quantile((place + 0.5) / 100)) for place in range(100))


def made_below(latency: ModelLatency, ms: float) -> float:
    """The share that is made by then: what a filter takes comes on top."""
    if ms <= 0:
        return 0.0
    assert isinstance(latency.ttft_base_ms, float)
    median = latency.ttft_base_ms + PROMPT * latency.ttft_per_prompt_token_us / 1e3
    ln, slow = math.log(ms / median), latency.ttft_slow
    body = NORMAL.cdf(ln / latency.ttft_sigma) if latency.ttft_sigma else float(ln >= -1e-12)
    if slow is None:
        return body
    wide = math.hypot(latency.ttft_sigma, slow.sigma)
    return (1 - slow.share) * body + slow.share * NORMAL.cdf((ln - math.log(slow.factor)) / wide)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("name", ["hosted", "hosted-day", "azure"])
def test_first_tokens_come_as_often_by_any_time_as_the_keys_say(name: str, model: str) -> None:
    latency = PROFILES[name].of(facts(model))
    found = firsts(latency)
    for share in (0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99):
        room = 4 * math.sqrt(share * (1 - share) / DRAWS)
        assert share_below(latency, found[int(share * DRAWS)]) == pytest.approx(share, abs=room), share


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("name", ["hosted", "hosted-day", "azure"])
def test_speeds_have_the_stated_quantiles(name: str, model: str) -> None:
    latency = PROFILES[name].of(facts(model))
    assert isinstance(latency.itl_ms, float)
    numbers = Draws(25, b"", None, "latency")
    evenly = replace(latency, bursts=None)
    found = sorted(gap_ms(evenly, numbers) for _ in range(DRAWS))
    for share in (0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99):
        room = 4 * math.sqrt(share * (1 - share) / DRAWS)
        z = math.log(found[int(share * DRAWS)] / latency.itl_ms) / latency.itl_sigma
        assert NORMAL.cdf(z) == pytest.approx(share, abs=room), share


def gap_ms(latency: ModelLatency, numbers: Draws) -> float:
    """The time from a reply's first token to its second."""
    first_s, second_s = latency.cadence(PROMPT, 2, numbers).token_s
    return (second_s - first_s) * 1e3


@pytest.mark.parametrize("model", MODELS)
def test_a_time_per_token_has_the_stated_median_and_spread(model: str) -> None:
    latency = PROFILES["hosted"].of(facts(model))
    # From the first to the last of 400 bursts steps and delays average out.
    found = sorted(math.log(_tpot_ms(latency, Draws(22, b"", place, "latency"))) for place in range(1_500))
    assert isinstance(latency.itl_ms, float)
    assert math.exp(statistics.median(found)) == pytest.approx(latency.itl_ms, rel=0.05)
    spread = (found[int(0.8413 * len(found))] - found[int(0.1587 * len(found))]) / 2
    assert spread == pytest.approx(latency.itl_sigma, rel=0.1)


def _tpot_ms(latency: ModelLatency, numbers: Draws) -> float:
    token_s = latency.cadence(PROMPT, 801, numbers).token_s
    return (token_s[-1] - token_s[0]) / 800 * 1e3


@pytest.mark.parametrize(
    ("model", "p95", "p99"),
    [("gpt-4o", 1.79, 7.1), ("gpt-4o-mini", 1.57, 8.3), ("gpt-4.1", 1.68, 2.7), ("gpt-4.1-mini", 1.64, 3.3)],
)
def test_tails_are_those_of_the_probes(model: str, p95: float, p99: float) -> None:
    """Ratios to the median; those of p99 rest on three probes each and are right in their order of magnitude."""
    found = firsts(PROFILES["hosted"].of(facts(model)))
    median = found[DRAWS // 2]
    assert found[int(0.95 * DRAWS)] / median == pytest.approx(p95, rel=0.15)
    assert found[int(0.99 * DRAWS)] / median == pytest.approx(p99, rel=0.4)


@pytest.mark.parametrize(
    ("model", "ratio"),
    [("gpt-4o", 1.8), ("gpt-5", 1.6)],
)
def test_a_filter_alone_makes_first_tokens_as_late_as_azure_s_are(model: str, ratio: float) -> None:
    azure, hosted = (
        statistics.median(firsts_of_replies(PROFILES[name].of(facts(model)))) for name in ("azure", "hosted")
    )
    assert azure / hosted == pytest.approx(ratio, rel=0.12)


def firsts_of_replies(latency: ModelLatency) -> list[float]:
    """Times to the first token of replies of 60 tokens, in ms."""
    numbers = (Draws(23, b"", place, "latency") for place in range(4_000))
    return [latency.cadence(100, 60, each).token_s[0] * 1e3 for each in numbers]


def test_azure_s_pieces_are_of_16_to_33_tokens_some_four_tenths_of_a_second_apart() -> None:
    token_s = PROFILES["azure"].of(facts("gpt-4o")).cadence(100, 50_000, Draws(1, b"", None, "latency")).token_s
    ends = [place for place in range(1, len(token_s)) if token_s[place] > token_s[place - 1]]
    sizes = [after - before for before, after in pairwise(ends)]
    assert 23 <= statistics.median(sizes) <= 27
    assert min(sizes) == 16


@pytest.mark.parametrize(("name", "ttft_ms", "itl_ms"), [("constant", 200.0, 20.0), ("instant", 0.0, 0.0)])
def test_constant_profiles_are_what_they_were_to_the_last_bit(name: str, ttft_ms: float, itl_ms: float) -> None:
    for place in range(100):
        found = PROFILES[name].cadence(facts("gpt-4o"), place, 50, Draws(place, b"", None, "latency"))
        assert list(found.token_s) == [ttft_ms / 1e3 + i * (itl_ms / 1e3) for i in range(50)]
        assert found.first_byte_s == found.token_s[0]


def test_a_day_is_slow_in_the_morning_of_the_east_coast_and_quick_in_its_night() -> None:
    profile = LatencyProfile.from_file("hosted-day", of_everybody(1))
    assert profile.slowdown is not None
    days = range(20)
    monday = 1_767_571_200.0  # 5 January 2026, 0 h UTC: 19 h of Sunday there
    factors = {
        hour: statistics.median(profile.slowdown.at(monday + day * 86_400 + (hour + 5) * 3_600) for day in days)
        for hour in (3, 10)
    }
    assert factors[10] / factors[3] == pytest.approx(1.5, rel=0.1)
    assert all(PROFILES[name].slowdown is None for name in ("hosted", "azure", "constant", "instant"))


@pytest.mark.parametrize("name", ["hosted", "hosted-day", "azure", "dedicated"])
def test_lengths_have_the_stated_median_and_spread(name: str) -> None:
    numbers = Draws(24, b"", None, "length")
    found = sorted(PROFILES[name].length(facts("gpt-4o"), None, numbers).target for _ in range(DRAWS))
    assert found[DRAWS // 2] == pytest.approx(160, rel=0.03)
    assert found[int(0.95 * DRAWS)] == pytest.approx(160 * math.exp(0.7 * 1.645), rel=0.04)
