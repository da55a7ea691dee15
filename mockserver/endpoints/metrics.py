"""/_mock/metrics: the counters, made metrics when Prometheus asks."""

from collections.abc import Iterable
from itertools import accumulate
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from ..simulation import Simulation
from ..truth.counts import SECONDS, Histogram

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


class MockCollector(Collector):
    """Turns what a simulation has counted into metrics, at each scrape."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation

    def collect(self) -> Iterable[Metric]:
        """All metrics, as they are now."""
        counts = self._simulation.journal.counts
        requests = CounterMetricFamily(
            "mock_requests",
            "Requests that are over; status 0 is no answer.",
            labels=["route", "model", "stream", "status"],
        )
        for (route, model, stream, status), number in sorted(counts.requests.items()):
            requests.add_metric([route, model, str(stream).lower(), str(status)], number)
        yield requests
        faults = CounterMetricFamily("mock_faults", "Faults that struck.", labels=["fault"])
        for fault, number in sorted(counts.faults.items()):
            faults.add_metric([fault], number)
        yield faults
        yield CounterMetricFamily("mock_sent_tokens", "Completion tokens that were sent.", value=counts.sent_tokens)
        yield CounterMetricFamily("mock_hung_up", "Requests whose client left before the end.", value=counts.hung_up)
        yield _histogram("mock_ttft_seconds", "From a streamed request to its first token.", counts.ttft)
        yield _histogram("mock_e2e_seconds", "From a request to the end of its answer.", counts.e2e)
        yield GaugeMetricFamily(
            "mock_open_streams", "Streams and waits that are open.", value=len(self._simulation.player)
        )
        yield from self._engine()
        yield from self._phases()
        yield from self._levels()
        yield from self._health()

    def _engine(self) -> Iterable[Metric]:
        """The seats of a self-hosted engine, where one is simulated."""
        simulation = self._simulation
        engine = simulation.composer.engine
        if engine is None:
            return
        running, waiting = engine.load(simulation.clock.simulated(simulation.clock.now()))
        yield GaugeMetricFamily("mock_engine_running", "Sequences in the iteration that goes on.", value=running)
        yield GaugeMetricFamily("mock_engine_waiting", "Sequences that wait for a slot.", value=waiting)

    def _phases(self) -> Iterable[Metric]:
        """The phases of the script."""
        simulation = self._simulation
        course = simulation.current.course
        now = course.name(simulation.clock.simulated(simulation.clock.now()))
        phases = GaugeMetricFamily("mock_phase", "1 for the phase that is on, 0 for the others.", labels=["phase"])
        for name in dict.fromkeys(phase.name for phase in course.script.phases):
            phases.add_metric([name], float(name == now))
        yield phases

    def _levels(self) -> Iterable[Metric]:
        """The limiter's buckets."""
        simulation = self._simulation
        limits = GaugeMetricFamily("mock_limit", "What a full bucket holds.", labels=["pool", "unit"])
        left = GaugeMetricFamily("mock_limit_remaining", "What is left in a bucket.", labels=["pool", "unit"])
        for level in simulation.levels.at(simulation.clock.simulated(simulation.clock.now())):
            limits.add_metric([level.pool, level.unit], level.limit)
            left.add_metric([level.pool, level.unit], level.remaining)
        yield limits
        yield left

    def _health(self) -> Iterable[Metric]:
        """What was measured of the mock itself; missing is not zero."""
        report = self._simulation.health.report()
        for name, what in (
            ("pacing_error", "How late streams were played"),
            ("admission_lag", "How long a request waited to be decided"),
            ("loop_lag", "How long the loop stood still"),
        ):
            if report[f"{name}_ms"] is not None:
                yield GaugeMetricFamily(
                    f"mock_{name}_seconds", f"{what} at most, in five minutes.", value=report[f"{name}_ms"] / 1000
                )
        yield GaugeMetricFamily("mock_bottleneck", "Whether the mock was too slow.", value=report["bottleneck"])


def exposition(simulation: Simulation) -> bytes:
    """All metrics in Prometheus's text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(MockCollector(simulation))
    return generate_latest(registry)


def _histogram(name: str, what: str, histogram: Histogram) -> Metric:
    below = accumulate(histogram.counts)
    bounds = [*(f"{bound:g}" for bound in SECONDS), "+Inf"]
    buckets = [(bound, float(number)) for bound, number in zip(bounds, below, strict=True)]
    return HistogramMetricFamily(name, what, buckets=buckets, sum_value=histogram.sum_s)
