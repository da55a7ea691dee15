"""A run that every reporter tells in the same golden words: 400 attempts of two classes, three SLOs."""

from dataclasses import replace

from harness.gate.judge import judged
from harness.gate.slo import parse
from harness.measure.summary import Summary, fold
from tests.harness.gate.attempts import many

SLOS = ("ttft.p99 < 800ms", "long:e2e.p95 < 1s", "complete >= 99%", "short|x:ttft.p95 < 1s")
RUN = {
    "started_at": 1_767_312_000.0,
    "ended_at": 1_767_312_060.5,
    "settings": {"workload": "mixed", "host": "http://h:8000", "users": 5, "run_time_s": 60.0, "seed": 7},
}


def told_run(*slos: str) -> Summary:
    """The summary of it, judged by these SLOs."""
    records = [
        *many(310, class_="short"),
        *many(80, first=310, class_="long", first_token_ms=700.0, done_ms=2_000.0),
        *many(6, "rate_limited", first=390, class_="short"),
        *many(4, "server_error", first=396, class_="long", status=503),
    ]
    summary = fold(records, RUN)
    return replace(summary, slo=judged(map(parse, slos), summary), notes=("the mock did not keep up throughout",))
