from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.settings import Settings
from mockserver.truth.counts import SECONDS, Histogram

URL = "/v1/chat/completions"
BODY = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 4}


def scraped(client: TestClient) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Every sample by name and labels."""
    answer = client.get("/_mock/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_what_happened_is_counted_and_measured() -> None:
    settings = Settings(latency="constant", ttft_ms=30, itl_ms=1)
    with TestClient(create_app(settings), client=("127.0.0.1", 1)) as client:
        client.headers["authorization"] = "Bearer sk-a"
        client.post(URL, json=BODY)
        client.post(URL, json={**BODY, "stream": True})
        client.post(URL, json={**BODY, "stream": True, "n": 0})
        client.post(URL, json=BODY, headers={"x-mock-fault": "missing_usage, wrong_usage"})
        client.get("/v1/some/path/that/nobody/knows")
        samples = scraped(client)

    def requests(route: str, stream: str, status: str, model: str = "gpt-4o-2024-08-06") -> float:
        labels = (("model", model), ("route", route), ("status", status), ("stream", stream))
        return samples["mock_requests_total", labels]

    assert (requests(URL, "false", "200"), requests(URL, "true", "200"), requests(URL, "true", "400")) == (2, 1, 1)
    assert requests("other", "false", "404", "") == 1
    assert samples["mock_sent_tokens_total", ()] == 12
    assert samples["mock_faults_total", (("fault", "wrong_usage"),)] == 1
    assert (samples["mock_ttft_seconds_count", ()], samples["mock_e2e_seconds_count", ()]) == (1, 3)
    assert samples["mock_ttft_seconds_sum", ()] >= 0.03
    assert samples["mock_ttft_seconds_bucket", (("le", "0.025"),)] == 0
    assert samples["mock_ttft_seconds_bucket", (("le", "+Inf"),)] == 1
    assert samples["mock_bottleneck", ()] in (0, 1)


def test_what_was_not_measured_is_not_there() -> None:
    client = TestClient(create_app(Settings(latency="instant")), client=("127.0.0.1", 1))
    samples = scraped(client)
    assert ("mock_pacing_error_seconds", ()) not in samples
    assert samples["mock_hung_up_total", ()] == 0


def test_a_bound_belongs_to_the_bucket_below_it() -> None:
    histogram = Histogram()
    for seconds in (SECONDS[0], SECONDS[0] + 1e-9, SECONDS[-1] + 1):
        histogram.add(seconds)
    assert (histogram.counts[0], histogram.counts[1], histogram.counts[-1]) == (1, 1, 1)


def test_the_phase_that_is_on_is_one_and_the_others_are_zero() -> None:
    client = TestClient(create_app(Settings(latency="instant", faults="game-day")), client=("127.0.0.1", 1))
    phases = {dict(labels)["phase"]: value for (name, labels), value in scraped(client).items() if name == "mock_phase"}
    assert phases["calm"] == 1
    assert sum(phases.values()) == 1
    assert len(phases) >= 6


def test_limits_are_gauges() -> None:
    client = TestClient(create_app(Settings(latency="instant", limits="tier1")), client=("127.0.0.1", 1))
    client.post(URL, json=BODY, headers={"authorization": "Bearer sk-a"})
    levels = {name: value for (name, labels), value in scraped(client).items() if ("unit", "requests") in labels}
    assert levels == {"mock_limit": 500, "mock_limit_remaining": 499}


def test_a_name_that_no_model_has_is_no_label() -> None:
    client = TestClient(create_app(Settings(latency="instant")), client=("127.0.0.1", 1))
    client.post(URL, json={**BODY, "model": "made-up"}, headers={"authorization": "Bearer sk-a"})
    assert not any("made-up" in str(labels) for _, labels in scraped(client))


def test_names_that_clients_make_up_are_not_endless() -> None:
    client = TestClient(create_app(Settings(latency="instant", models="any")), client=("127.0.0.1", 1))
    for number in range(1_005):
        client.post(URL, json={**BODY, "model": f"m{number}"}, headers={"authorization": "Bearer sk-a"})
    series = {
        name_labels: value for name_labels, value in scraped(client).items() if name_labels[0] == "mock_requests_total"
    }
    assert len(series) == 1_001
    assert sum(series.values()) == 1_005
