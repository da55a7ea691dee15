"""What a run will take: requests, tokens, dollars, and its share of the rate limits. Pure arithmetic over means."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from profiles.catalogue import Catalogue, ModelFacts
from profiles.pricing import price_usd
from profiles.schema.limits import ChargeMode, LimitsFile, LimitsTable

FIRST_TOKEN_S: Final = 0.5
TOKEN_S: Final = 0.013
"""Assumption: how fast answers come, as the latency profile `hosted` has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What a class takes in a whole run: calls, tokens, and dollars (None: its price is not known)."""

    name: str
    model: str
    calls: float
    prompt: float
    cached: float
    completion: float
    reasoning: float
    usd: float | None

    @property
    def tokens(self) -> float:
        """Prompts and answers together."""
        return self.prompt + self.completion


@dataclass(frozen=True, slots=True, kw_only=True)
class Peak:
    """The busiest minute of a limits pool, and its limits (None: not limited)."""

    pool: str
    requests: float
    tokens: float
    rpm: int | None = None
    tpm: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """The classes by case ("low", "expected", "worst"; "measured" of a rehearsal), and the busiest minute."""

    cases: Mapping[str, Sequence[Use]]
    peaks: Sequence[Peak]

    @property
    def main(self) -> str:
        """The case that is neither best nor worst."""
        return "expected" if "expected" in self.cases else next(iter(self.cases))

    def usd(self, case: str) -> float | None:
        """The dollars of a case; None where a price is not known: that is not the same as free."""
        costs = [use.usd for use in self.cases[case]]
        return None if None in costs else sum(cost for cost in costs if cost is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PerSession:
    """What a session of a class takes on average, in one case, and which share of the sessions is of this class.

    `bound` is how long its answers may be together, by `max_tokens`; None where that is not known.
    """

    name: str
    model: str
    share: float
    calls: float
    prompt: float
    cached: float
    completion: float
    reasoning: float
    bound: float | None = None


def uses(classes: Sequence[PerSession], sessions: float, catalogue: Catalogue) -> tuple[Use, ...]:
    """What so many sessions take.

    cost = (uncached prompt * input + cached prompt * cached + completion * output price) / 1,000,000
    """
    return tuple(_use(each, sessions * each.share, catalogue) for each in classes)


def peaks(
    classes: Sequence[PerSession], sessions_per_min: float, catalogue: Catalogue, limits: LimitsFile | None
) -> tuple[Peak, ...]:
    """The busiest minute, by limits pool.

    Limits charge a prompt by an estimate of its tokens, and where the profile says so `max_tokens` with it (or, where
    those are not known, the answer): whatever the answer takes.
    """
    found: dict[str, tuple[float, float]] = {}
    for each in classes:
        pool = _facts(catalogue, each.model).pool
        per_min = sessions_per_min * each.share
        charged = _charged(each, "prompt_estimate" if limits is None else limits.charge)
        requests, tokens = found.get(pool, (0.0, 0.0))
        found[pool] = (requests + per_min * each.calls, tokens + per_min * charged)
    return tuple(_peak(pool, *much, limits) for pool, much in found.items())


def _charged(each: PerSession, mode: ChargeMode) -> float:
    """The tokens of a session as limits charge them."""
    answers = each.completion if each.bound is None else each.bound
    if mode == "prompt_estimate":
        return each.prompt
    return each.prompt + answers if mode == "plus_max_tokens" else max(each.prompt, answers)


def cycle_s(calls: float, pause_s: float, completion: float, slowness: float = 1.0) -> float:
    """How long a session takes a user: its pauses, and 0.5 s + 13 ms a token for each answer, times `slowness`."""
    return pause_s + slowness * (calls * FIRST_TOKEN_S + completion * TOKEN_S)


def _use(each: PerSession, sessions: float, catalogue: Catalogue) -> Use:
    facts = _facts(catalogue, each.model)
    per_token = price_usd(facts, 0, 0, 0)
    cost = None
    if per_token is not None:
        input_usd, output_usd = facts.input_usd_per_mtok or 0.0, facts.output_usd_per_mtok or 0.0
        cached_usd = input_usd if facts.cached_usd_per_mtok is None else facts.cached_usd_per_mtok
        prompts = (each.prompt - each.cached) * input_usd + each.cached * cached_usd
        cost = sessions * (prompts + each.completion * output_usd) / 1_000_000
    return Use(
        name=each.name,
        model=each.model,
        calls=sessions * each.calls,
        prompt=sessions * each.prompt,
        cached=sessions * each.cached,
        completion=sessions * each.completion,
        reasoning=sessions * each.reasoning,
        usd=cost,
    )


def _peak(pool: str, requests: float, tokens: float, limits: LimitsFile | None) -> Peak:
    table = LimitsTable() if limits is None else limits.models.get(pool, limits.default)
    return Peak(pool=pool, requests=requests, tokens=tokens, rpm=table.rpm, tpm=table.tpm)


def _facts(catalogue: Catalogue, model: str) -> ModelFacts:
    return catalogue.priced(model) or ModelFacts(model, model, model)


def lines(estimate: Estimate, catalogue: Catalogue, limits: str | None = None) -> Iterator[str]:
    """The estimate for a person: the classes, each case as a whole, the busiest minute, the date of the prices."""
    main = estimate.cases[estimate.main]
    rows = [_HEAD, *(_row(use.name, use.model, [use], use.usd) for use in main)]
    rows += [_row(case, "", found, estimate.usd(case)) for case, found in estimate.cases.items()]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(_placed(cell, width, at) for at, (cell, width) in enumerate(zip(row, widths, strict=True)))
    for peak in estimate.peaks:
        said = f"busiest minute of {peak.pool}: {_of(peak.requests, peak.rpm)} requests"
        yield f"{said}, {_of(peak.tokens, peak.tpm)} tokens{'' if limits is None else f' ({limits})'}"
    models = dict.fromkeys(use.model for use in main)
    dates = {facts.priced_on for model in models if (facts := catalogue.priced(model)) is not None}
    unknown = [model for use in main if (model := use.model) and use.usd is None]
    if unknown:
        names = ", ".join(dict.fromkeys(unknown))
        yield f"the price of {names} is not known; --price-as MODEL says at which model's price it counts"
    other = catalogue.price_as
    if other and (counted := [model for model in models if catalogue.priced(model) != catalogue.resolve(model)]):
        yield f"at the price of {other.name}: {', '.join(counted)}"
    if known := sorted(str(date) for date in dates if date is not None):
        yield f"list prices of {known[-1]}"


_HEAD: Final = ("class", "model", "requests", "prompt", "cached", "completion", "reasoning", "USD")
_TEXTS: Final = 2


def _row(name: str, model: str, found: Sequence[Use], usd: float | None) -> tuple[str, ...]:
    numbers = ("calls", "prompt", "cached", "completion", "reasoning")
    sums = [f"{sum(getattr(use, number) for use in found):,.0f}" for number in numbers]
    return (name, model, *sums, "not known" if usd is None else f"{usd:,.4f}")


def _placed(cell: str, width: int, at: int) -> str:
    return cell.ljust(width) if at < _TEXTS else cell.rjust(width)


def _of(amount: float, limit: int | None) -> str:
    return f"{amount:,.0f}" if limit is None else f"{amount:,.0f} of {limit:,} ({amount / limit:.0%})"
