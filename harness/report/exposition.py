"""A run so far in Prometheus's text format."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from ..measure.pulse import TOKENS, Pulse, Times
from .live_table import limit_rows

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
SECONDS: Final = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 7.5, 10.0, 15.0, 30.0, 60.0, 120.0)
ITL_SECONDS: Final = (0.001, 0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.075, 0.1, 0.2, 0.5, 1.0, 5.0)
"""The bounds of the histograms."""

_TIMES: Final = (
    ("ttft", "From when a request was due to its first token, complete ones.", SECONDS),
    ("e2e", "From when a request was due to the end of its answer, complete ones.", SECONDS),
    ("itl", "Between two tokens, complete requests.", ITL_SECONDS),
)


@dataclass(frozen=True, slots=True)
class RunCollector(Collector):
    """Turns what is known of a run into metrics."""

    pulse: Pulse
    users: int
    in_flight: int

    def collect(self) -> Iterable[Metric]:
        """All metrics, as they are now."""
        classes = sorted(self.pulse.classes.items())
        attempts = CounterMetricFamily("harness_attempts", "Attempts that ended.", labels=["class", "outcome"])
        tokens = CounterMetricFamily("harness_tokens", "Tokens of all answers that had any.", labels=["class", "kind"])
        cost = CounterMetricFamily("harness_cost_usd", "What attempts cost at list prices.", labels=["class"])
        good = CounterMetricFamily("harness_good", "Attempts complete and within their objectives.", labels=["class"])
        for name, part in classes:
            for outcome, count in sorted(part.outcomes.items()):
                attempts.add_metric([name, outcome], count)
            for kind in TOKENS:
                tokens.add_metric([name, kind], part.tokens[kind])
            cost.add_metric([name], part.cost_usd)
            if part.kept is not None:
                good.add_metric([name], part.kept)
        yield attempts
        yield tokens
        yield cost
        yield good
        for key, what, bounds in _TIMES:
            histogram = HistogramMetricFamily(f"harness_{key}_seconds", what, labels=["class"])
            for name, part in classes:
                times = part.times[f"{key}_ms"]
                histogram.add_metric([name], cumulated(times, bounds), sum_value=times.sum_ms / 1000)
            yield histogram
        yield from self._limits()
        yield GaugeMetricFamily("harness_users", "Users who are running.", value=self.users)
        yield GaugeMetricFamily("harness_in_flight", "Requests that are open.", value=self.in_flight)

    def _limits(self) -> Iterable[Metric]:
        limits = GaugeMetricFamily("harness_limit", "A rate limit as answers told it.", labels=["model", "unit"])
        left = GaugeMetricFamily("harness_limit_remaining", "What is left of it.", labels=["model", "unit"])
        for row in limit_rows(self.pulse):
            left.add_metric([row["model"], row["unit"]], row["left"])
            if row["limit"] is not None:
                limits.add_metric([row["model"], row["unit"]], row["limit"])
        yield limits
        yield left


def exposition(pulse: Pulse, *, users: int, in_flight: int) -> bytes:
    """All metrics as text."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(RunCollector(pulse, users, in_flight))
    return generate_latest(registry)


def cumulated(times: Times, bounds_s: Sequence[float]) -> list[tuple[str, float]]:
    """How many values are not above each bound, within the histogram's one percent."""
    histogram = times.histogram
    below = [(f"{bound_s:g}", float(histogram.below(bound_s * 1000))) for bound_s in bounds_s]
    return [*below, ("+Inf", float(histogram.n))]
