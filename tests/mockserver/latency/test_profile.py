"""Latency profiles: every key does what it says, models get their own figures, bad files are explained."""

import statistics
from pathlib import Path
from typing import Any, Literal

import pytest

from mockserver.chance import Draws, of_everybody
from mockserver.latency import Cadence, LatencyProfile
from mockserver.latency.distributions import Lognormal
from mockserver.reply import Length
from profiles import ProfileError
from profiles.catalogue import ModelFacts, load_catalogue

DRAWS = 20_000
PLAIN = ModelFacts(name="plain", snapshot="plain", pool="plain")
FULL = """
[default]
ttft_base_ms = 200
ttft_per_prompt_token_us = 50
ttft_sigma = 0.3
itl_ms = 10
itl_sigma = 0.2
first_byte_lead_ms = 20
reply_tokens = 80
"""


@pytest.fixture
def profile(tmp_path: Path) -> Any:
    """A function from the text of a file, and overrides, to its profile."""

    def from_text(text: str, **overrides: Any) -> LatencyProfile:
        path = tmp_path / "mine.toml"
        path.write_text(text)
        return LatencyProfile.from_file(str(path), overrides.pop("chances", None), **overrides)

    return from_text


def cadence(profile: LatencyProfile, prompt: int = 1_000, completion: int = 3, seed: int = 1) -> Cadence:
    return profile.cadence(PLAIN, prompt, completion, Draws(seed, b"", None, "latency"))


def test_the_first_token_comes_after_the_base_and_the_prompt_and_then_one_every_gap(profile: Any) -> None:
    text = "[default]\nttft_base_ms = 200\nttft_per_prompt_token_us = 50\nitl_ms = 10"
    found = cadence(profile(text), prompt=1_000, completion=3)
    assert list(found.token_s) == pytest.approx([0.25, 0.26, 0.27], abs=1e-12)
    assert found.first_byte_s == found.token_s[0]


def test_nothing_is_rounded(profile: Any) -> None:
    found = cadence(profile("[default]\nttft_base_ms = 0.0125\nitl_ms = 0.00375"), completion=2)
    assert list(found.token_s) == pytest.approx([0.0000125, 0.00001625], rel=1e-12)


@pytest.mark.parametrize(
    ("line", "turned"),
    [
        ("ttft_base_ms = 200", "ttft_base_ms = 201"),
        ("ttft_per_prompt_token_us = 50", "ttft_per_prompt_token_us = 51"),
        ("ttft_sigma = 0.3", "ttft_sigma = 0.31"),
        ("itl_ms = 10", "itl_ms = 10.1"),
        ("itl_sigma = 0.2", "itl_sigma = 0.21"),
        ("first_byte_lead_ms = 20", "first_byte_lead_ms = 21"),
    ],
)
def test_turning_a_key_changes_the_cadence(profile: Any, line: str, turned: str) -> None:
    assert line in FULL
    assert cadence(profile(FULL)) != cadence(profile(FULL.replace(line, turned)))


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("itl_ms = 10", "first token"),
        ("itl_sigma = 0.2", "first token"),
        ("ttft_base_ms = 200", "gap"),
        ("ttft_sigma = 0.3", "gap"),
        ("ttft_per_prompt_token_us = 50", "gap"),
    ],
)
def test_first_token_and_speed_are_drawn_apart(profile: Any, line: str, kept: Literal["first token", "gap"]) -> None:
    before, after = cadence(profile(FULL)), cadence(profile(FULL.replace(line, "")))
    if kept == "first token":
        assert before.token_s[0] == after.token_s[0]
    else:
        assert before.token_s[1] - before.token_s[0] == pytest.approx(after.token_s[1] - after.token_s[0])


def test_medians_and_spreads_are_those_stated(profile: Any) -> None:
    rng = Draws(5, b"", None, "latency")
    stated = profile(FULL)
    drawn = [stated.cadence(PLAIN, 1_000, 2, rng) for _ in range(DRAWS)]
    assert statistics.median(c.token_s[0] for c in drawn) == pytest.approx(0.250, rel=0.02)
    assert statistics.median(c.token_s[1] - c.token_s[0] for c in drawn) == pytest.approx(0.010, rel=0.02)


def test_a_reply_has_one_speed(profile: Any) -> None:
    at = cadence(profile(FULL), completion=4).token_s
    assert at[1] - at[0] == pytest.approx(at[3] - at[2])


def test_the_first_byte_leads_but_never_before_the_request_arrived(profile: Any) -> None:
    found = cadence(profile("[default]\nttft_base_ms = 200\nfirst_byte_lead_ms = 30"))
    assert found.first_byte_s == pytest.approx(0.170)
    assert cadence(profile("[default]\nttft_base_ms = 20\nfirst_byte_lead_ms = 30")).first_byte_s == 0.0


def test_hidden_tokens_take_their_time_before_the_first_byte(profile: Any) -> None:
    text = "[default]\nttft_base_ms = 200\nitl_ms = 10\nfirst_byte_lead_ms = 30"
    found = profile(text).cadence(PLAIN, 100, 2, Draws(1, b"", None, "latency"), hidden_tokens=50)
    assert list(found.token_s) == pytest.approx([0.7, 0.71])
    assert found.first_byte_s == pytest.approx(0.67)
    bursts = profile(f"{text}\nbursts = {{ tokens = 2 }}")
    found = bursts.cadence(PLAIN, 100, 3, Draws(1, b"", None, "latency"), hidden_tokens=50)
    assert list(found.token_s) == pytest.approx([0.7, 0.7, 0.72])
    nothing = bursts.cadence(PLAIN, 100, 0, Draws(1, b"", None, "latency"), hidden_tokens=50)
    assert nothing.done_s == pytest.approx(0.67)


def test_replies_of_one_length_share_their_rhythm_where_nothing_is_drawn(profile: Any) -> None:
    even, drawn = profile("[default]\nitl_ms = 10"), profile("[default]\nitl_ms = 10\nitl_sigma = 0.1")
    assert cadence(even, completion=50, seed=1).token_s is cadence(even, completion=50, seed=2).token_s
    assert cadence(even, completion=50).token_s is not cadence(even, completion=51).token_s
    assert cadence(drawn, completion=50, seed=1).token_s is not cadence(drawn, completion=50, seed=2).token_s


def test_what_is_certain_is_what_would_be_drawn(profile: Any) -> None:
    text = "[default]\nttft_base_ms = 200\nttft_per_prompt_token_us = 33\nitl_ms = 7\nitl_per_1000_prompt_tokens = 0.1"
    never = "\n[default.ttft_slow]\nshare = 0.0\nfactor = 3.0\nsigma = 0.5\n"
    assert cadence(profile(text)) == cadence(profile(text + never))


def test_what_is_cached_is_not_read_again(profile: Any) -> None:
    text = "[default]\nttft_base_ms = 200\nttft_per_prompt_token_us = 50"
    found = profile(text).cadence(PLAIN, 3_000, 1, Draws(1, b"", None, "latency"), cached_tokens=2_048)
    assert found.done_s == pytest.approx(0.2 + 952 * 50e-6)


def test_an_exponent_bends_the_line(profile: Any) -> None:
    text = "[default]\nttft_base_ms = 200\nttft_per_prompt_token_us = 50\nttft_prompt_exponent = 0.5"
    assert cadence(profile(text), prompt=10_000).token_s[0] == pytest.approx(0.2 + 100 * 50e-6)


def test_a_residual_by_its_quantiles_is_the_spread_of_the_first_token(profile: Any) -> None:
    values = [0.5, 0.6, 0.7, 0.75, 0.8, 0.88, 0.95, 1.0, 1.05, 1.12, 1.2, 1.5, 2.2, 4.0, 6.0]
    found = profile(f"[default]\nttft_base_ms = 200\nttft_residual = {{ dist = 'quantiles', values = {values} }}")
    numbers = Draws(7, b"", None, "latency")
    ratios = sorted(found.cadence(PLAIN, 0, 1, numbers).token_s[0] / 0.2 for _ in range(DRAWS))
    for share, stated in ((0.1, 0.75), (0.5, 1.0), (0.9, 1.5), (0.98, 4.0)):
        assert ratios[int(share * DRAWS)] == pytest.approx(stated, rel=0.04), share


def test_a_few_requests_are_several_times_slower_than_their_kind(profile: Any) -> None:
    found = profile("[default]\nttft_base_ms = 200\nttft_slow = { share = 0.04, factor = 5 }")
    numbers = Draws(8, b"", None, "latency")
    ratios = [found.cadence(PLAIN, 0, 1, numbers).token_s[0] / 0.2 for _ in range(DRAWS)]
    assert {round(ratio, 9) for ratio in ratios} == {1, 5}
    assert sum(ratio > 2 for ratio in ratios) / DRAWS == pytest.approx(0.04, abs=0.006)


def test_long_cached_prompts_may_pause_behind_the_first_token(profile: Any) -> None:
    stall = "{ above_prompt_tokens = 90_000, share = 1.0, pause_ms = 4_000 }"
    found = profile(f"[default]\nttft_base_ms = 200\nitl_ms = 10\nlong_context_stall = {stall}")

    def gaps(prompt: int, cached: int) -> list[float]:
        at = found.cadence(PLAIN, prompt, 3, Draws(1, b"", None, "latency"), cached_tokens=cached).token_s
        return [at[1] - at[0], at[2] - at[1]]

    assert gaps(90_001, 1_024) == pytest.approx([4.01, 0.01])
    assert gaps(90_000, 1_024) == gaps(90_001, 0) == pytest.approx([0.01, 0.01])


def test_a_slow_down_stretches_what_the_profile_says_and_the_time_per_token_to_its_power(profile: Any) -> None:
    text = "[default]\nttft_base_ms = 200\nitl_ms = 10\n{}\n[slowdown]\nhours = [{}]"
    hours = ", ".join(["1.0", "4.0"] * 12)

    def at(hour: int, keys: str = "", **overrides: Any) -> list[float]:
        path_profile = profile(text.format(keys, hours), chances=of_everybody(1), **overrides)
        numbers = Draws(1, b"", None, "latency")
        return list(path_profile.cadence(PLAIN, 0, 2, numbers, at=hour * 3600.0).token_s)

    assert at(0) == pytest.approx([0.2, 0.21])
    assert at(1) == pytest.approx([0.8, 0.84])
    assert at(1, "itl_slowdown_exponent = 0.5") == pytest.approx([0.8, 0.82])
    assert at(1, "ttft_slowdown_exponent = 0.0") == pytest.approx([0.2, 0.24])
    assert at(1, ttft_ms=50.0, itl_ms=5.0) == pytest.approx([0.05, 0.055]), "overrides are exact at any hour"


def test_a_reply_without_tokens_still_has_a_first_byte(profile: Any) -> None:
    found = cadence(profile("[default]\nttft_base_ms = 200"), completion=0)
    assert (found.done_s, len(found.token_s)) == (0.2, 0)


@pytest.mark.parametrize(
    ("stated", "cap", "length"),
    [
        ('"fill"', 50, Length(50, exact=True, cap=50)),
        ('"fill"', None, Length(100, exact=True, cap=None)),
        ("80", None, Length(80, exact=True, cap=None)),
        ("80", 50, Length(50, exact=True, cap=50)),
        ("80", 90, Length(80, exact=True, cap=90)),
        ("{ median = 160 }", None, Length(160, exact=False, cap=None)),
        ("{ median = 160 }", 50, Length(160, exact=False, cap=50)),
        ("{ median = 0.1 }", None, Length(1, exact=False, cap=None)),
        ("{ median = 1e9 }", None, Length(16_384, exact=False, cap=None)),
        ('{ dist = "constant", value = 42 }', None, Length(42, exact=False, cap=None)),
        ('{ dist = "uniform", min = 42, max = 42.4 }', 30, Length(42, exact=False, cap=30)),
        ("99999", None, Length(16_384, exact=True, cap=None)),
    ],
)
def test_reply_tokens_decide_the_length(profile: Any, stated: str, cap: int | None, length: Length) -> None:
    found = profile(f"[default]\nreply_tokens = {stated}")
    assert found.length(PLAIN, cap, Draws(1, b"", None, "latency")) == length


def test_a_distribution_of_lengths_has_its_median_and_spread(profile: Any) -> None:
    found = profile("[default]\nreply_tokens = { median = 160, sigma = 0.7 }")
    rng = Draws(6, b"", None, "latency")
    targets = sorted(found.length(PLAIN, None, rng).target for _ in range(DRAWS))
    assert targets[DRAWS // 2] == pytest.approx(160, rel=0.03)
    assert targets[int(DRAWS * 0.8413)] == pytest.approx(160 * 2.01375, rel=0.05)


TWO_MODELS = """
[default]
ttft_base_ms = 100
itl_ms = 5

[models."gpt-4o"]
ttft_base_ms = 600

[models."gpt-4o-mini"]
itl_ms = 7
"""


@pytest.mark.parametrize(
    ("model", "instants"),
    [
        ("gpt-4o", [0.600, 0.605]),
        ("gpt-4o-2024-08-06", [0.600, 0.605]),
        ("gpt-4o-2024-05-13", [0.600, 0.605]),
        ("gpt-4o-mini", [0.100, 0.107]),
        ("ft:gpt-4o-mini:acme:x:1", [0.100, 0.107]),
        ("ft:gpt-4o-mini-2024-07-18:acme:x:1", [0.100, 0.107]),
        ("gpt-4.1", [0.100, 0.105]),
    ],
)
def test_a_model_has_its_own_figures_and_the_default_for_the_rest(
    profile: Any, model: str, instants: list[float]
) -> None:
    facts = load_catalogue().resolve(model)
    assert facts is not None
    found = profile(TWO_MODELS).cadence(facts, 500, 2, Draws(1, b"", None, "latency"))
    assert list(found.token_s) == pytest.approx(instants)


def test_an_override_is_exact_and_for_every_model(profile: Any) -> None:
    text = FULL + '[models."gpt-4o"]\nttft_base_ms = 900\nitl_ms = 90\nreply_tokens = 9\n'
    found = profile(text, ttft_ms=300.5, itl_ms=2.5, reply_tokens=7)
    for name in ("gpt-4o", "gpt-4.1"):
        facts = load_catalogue().resolve(name)
        assert facts is not None
        at = found.cadence(facts, 1_000, 2, Draws(1, b"", None, "latency")).token_s
        assert list(at) == pytest.approx([0.3005, 0.303])
        assert found.length(facts, None, Draws(1, b"", None, "latency")).target == 7


def test_an_override_leaves_the_rest_as_it_is(profile: Any) -> None:
    plain = cadence(profile(FULL))
    assert cadence(profile(FULL, reply_tokens="fill")) == plain
    slower = cadence(profile(FULL, itl_ms=50.0))
    assert slower.token_s[0] == plain.token_s[0]
    assert slower.token_s[1] - slower.token_s[0] == pytest.approx(0.05)


def test_an_override_takes_the_rhythm_of_what_it_replaces_along(profile: Any) -> None:
    text = FULL + "[default.bursts]\ntokens = 4\nsigma = 0.3\nfilter_ms = 100\n"
    exact = cadence(profile(text, ttft_ms=300.0, itl_ms=5.0), completion=4)
    assert list(exact.token_s) == pytest.approx([0.3, 0.305, 0.31, 0.315])
    bursts = cadence(profile(text, ttft_ms=300.0), completion=4)
    assert list(bursts.token_s) == pytest.approx([0.3] * 4)


def test_a_filter_takes_its_time_also_where_tokens_take_none(profile: Any) -> None:
    found = cadence(profile("[default]\nttft_base_ms = 200\nitl_ms = 0\nbursts = { tokens = 2, filter_ms = 100 }"))
    assert list(found.token_s) == pytest.approx([0.3] * 3)


def test_a_model_s_own_residual_takes_the_place_of_the_default_s_spread(profile: Any) -> None:
    text = FULL + "ttft_slow = { share = 1.0, factor = 9 }\n[models.plain]\nttft_residual = { median = 2 }\n"
    assert cadence(profile(text)).token_s[0] == pytest.approx(0.5)
    back = "[default]\nttft_base_ms = 200\nttft_residual = { median = 2 }\n[models.plain]\nttft_sigma = 0.0\n"
    assert cadence(profile(back)).token_s[0] == pytest.approx(0.2)


LOWER = """
[default]
ttft_base_ms = 100
ttft_sigma = 0.2
itl_ms = 5

[models."gpt-4o"]
ttft_base_ms = 600
"""


def test_a_profile_is_laid_over_the_one_that_it_extends(profile: Any, tmp_path: Path) -> None:
    (tmp_path / "lower.toml").write_text(LOWER)
    lower = f'extends = "{tmp_path / "lower.toml"}"\n'
    found = profile(lower)
    assert (found.default, found.models) == (profile(LOWER).default, profile(LOWER).models)
    found = profile(lower + '[default]\nitl_ms = 7\nttft_base_ms = 200\n[models."gpt-4o"]\nfirst_byte_lead_ms = 5\n')
    assert (found.default.ttft_base_ms, found.default.itl_ms, found.default.ttft_sigma) == (200, 7, 0.2)
    own = found.models["gpt-4o"]
    assert (own.ttft_base_ms, own.itl_ms, own.first_byte_lead_ms) == (600, 7, 5), "what a model's table says stays"
    found = profile(lower + "[default]\nttft_residual = { median = 1, sigma = 0.4 }")
    assert found.default.ttft_sigma == 0
    assert found.models["gpt-4o"].ttft_residual == Lognormal(1, 0.4)


ENGINE = """
[engine]
slots = 64
queue = 256
step_ms = 11
[default]
reply_tokens = 9
"""


def test_an_engine_and_slow_downs_are_laid_over_others_key_by_key(profile: Any, tmp_path: Path) -> None:
    (tmp_path / "lower.toml").write_text(f"{ENGINE}[slowdown]\nweekend = 0.9\nhours = {[2] * 24}\n")
    lower = f'extends = "{tmp_path / "lower.toml"}"\n'
    found = profile(f"{lower}[engine]\nslots = 8\n[slowdown]\nweekend = 1.5\n", chances=of_everybody(1))
    assert (found.engine.slots, found.engine.queue, found.engine.step_ms) == (8, 256, 11)
    assert (found.slowdown.weekend, found.slowdown.hours) == (1.5, (2,) * 24)


def test_a_profile_with_figures_of_models_may_be_given_an_engine(profile: Any) -> None:
    found = profile(f'extends = "hosted"\n{ENGINE}')
    assert found.engine.slots == 64
    assert found.default.reply_tokens == 9


@pytest.mark.parametrize(
    ("text", "key", "why"),
    [
        (ENGINE.replace("queue = 256\n", ""), "engine.queue", "is missing"),
        (ENGINE + "ttft_base_ms = 100\n", "default.ttft_base_ms", "no effect beside an [engine]"),
        ('extends = "dedicated"\n[models.m]\nitl_ms = 1', "models.m.itl_ms", "no effect beside an [engine]"),
        ('extends = "LOWER"\n', "extends", "default.bursts of it has no effect"),
    ],
)
def test_what_does_not_go_with_an_engine_is_named(profile: Any, tmp_path: Path, text: str, key: str, why: str) -> None:
    (tmp_path / "lower.toml").write_text(ENGINE + "bursts = { tokens = 2 }\n")
    with pytest.raises(ProfileError) as caught:
        profile(text.replace("LOWER", str(tmp_path / "lower.toml")))
    assert caught.value.file.endswith("mine.toml")
    assert caught.value.key == key
    assert why in caught.value.why


@pytest.mark.parametrize("override", [{"ttft_ms": 100.0}, {"itl_ms": 0.0}])
def test_an_override_of_what_an_engine_says_is_refused(profile: Any, override: dict[str, float]) -> None:
    with pytest.raises(ProfileError, match=r"mine\.toml: engine: .* leave --ttft-ms and --itl-ms out"):
        profile(ENGINE, **override)
    assert profile(ENGINE, reply_tokens=7).default.reply_tokens == 7


def test_a_circle_of_profiles_is_told(profile: Any, tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"extends: more than 8 profiles .* or a circle"):
        profile(f'extends = "{tmp_path / "mine.toml"}"')


@pytest.mark.parametrize("override", [{"ttft_ms": 0.0}, {"itl_ms": 0.0}])
def test_an_override_of_zero_counts(profile: Any, override: dict[str, float]) -> None:
    assert cadence(profile(FULL, **override)) != cadence(profile(FULL))


@pytest.mark.parametrize(
    ("text", "key", "why"),
    [
        ("", "default", "is missing"),
        ("[default]\nttft_bas_ms = 1", "default.ttft_bas_ms", "did you mean 'ttft_base_ms'"),
        ("[default]\nitl_ms = -1", "default.itl_ms", "greater than or equal to 0"),
        ('[default]\nitl_ms = "fast"', "default.itl_ms", "valid number"),
        ("[default]\nttft_sigma = 9", "default.ttft_sigma", "less than or equal to 3"),
        ("[default]\nitl_ms = nan", "default.itl_ms", "finite"),
        ('[default]\n[models."m"]\nspeed = 3', "models.m.speed", "unknown key"),
    ],
)
def test_a_bad_file_is_named_with_its_key(profile: Any, text: str, key: str, why: str) -> None:
    with pytest.raises(ProfileError) as caught:
        profile(text)
    assert caught.value.key == key
    assert why in caught.value.why
    assert caught.value.file.endswith("mine.toml")


@pytest.mark.parametrize("stated", ["0", '"full"', "{ median = 0 }", "{ median = 5, spread = 1 }"])
def test_a_bad_reply_length_is_named_too(profile: Any, stated: str) -> None:
    with pytest.raises(ProfileError, match=r"mine\.toml: default\.reply_tokens"):
        profile(f"[default]\nreply_tokens = {stated}")


def test_the_description_names_the_profile_and_its_figures(profile: Any) -> None:
    assert profile(TWO_MODELS).describe() == (
        "mine (100 ms to the first token, 5 ms between tokens; 2 models with their own figures)"
    )
    assert profile(FULL).describe() == (
        "mine (about 200 ms + 50 us/prompt token to the first token, about 10 ms between tokens)"
    )
    drawn = '[default]\nttft_base_ms = { dist = "gamma", mean = 3, cv = 1 }\nitl_ms = { median = 0.5, sigma = 1 }'
    assert profile(drawn).describe() == "mine (about 2.07944 ms to the first token, about 0.5 ms between tokens)"
    assert (
        profile(TWO_MODELS, ttft_ms=1.0, itl_ms=2.0).describe() == "mine (1 ms to the first token, 2 ms between tokens)"
    )
