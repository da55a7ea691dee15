from mockserver.clock import Clock
from mockserver.truth.journal import Journal, Trace
from profiles.journal import JournalEntry, Planned

CLOCK = Clock()


def _journal(requests: int, kept: int = 100) -> Journal:
    journal = Journal(CLOCK, kept)
    for i in range(1, requests + 1):
        journal.open(f"req_{i}", "/v1/chat/completions", 0.0)
    return journal


def _numbers(journal: Journal, since: int = 0, limit: int | None = None) -> list[int]:
    return [entry.seq for entry in journal.entries(since, limit)]


def test_requests_are_numbered_from_one_in_the_order_of_arrival() -> None:
    assert _numbers(_journal(3)) == [1, 2, 3]


def test_a_page_begins_after_since_and_holds_at_most_limit() -> None:
    assert _numbers(_journal(9), since=2, limit=3) == [3, 4, 5]
    assert _numbers(_journal(9), since=7, limit=3) == [8, 9]
    assert _numbers(_journal(9), since=9) == []


def test_the_oldest_requests_are_forgotten_and_the_numbers_stay() -> None:
    journal = _journal(10, kept=4)
    assert _numbers(journal) == [7, 8, 9, 10]
    assert _numbers(journal, since=3, limit=2) == [7, 8]
    assert _numbers(journal, since=8) == [9, 10]
    assert journal.last_seq == 10


def test_a_request_is_found_by_its_own_id_and_by_the_clients() -> None:
    journal = _journal(2)
    journal.open("req_3", "/v1/models", 0.0).client_id = "call-7.1"
    for id_ in ("req_3", "call-7.1"):
        found = journal.find(id_)
        assert found is not None
        assert found.seq == 3
    assert journal.find("nobody") is None


def test_of_several_requests_with_one_client_id_the_latest_is_found() -> None:
    journal = Journal(CLOCK)
    for id_ in ("req_1", "req_2"):
        journal.open(id_, "/", 0.0).client_id = "same"
    found = journal.find("same")
    assert found is not None
    assert found.id == "req_2"


def test_instants_become_epoch_seconds_and_what_did_not_happen_stays_out() -> None:
    journal = Journal(CLOCK)
    trace = journal.open("req_1", "/v1/chat/completions", 5.0)
    trace.first_token_at = 6.0
    (entry,) = journal.entries()
    assert entry.received_at == CLOCK.wall(5.0)
    assert entry.first_token_at == CLOCK.wall(6.0)
    assert "last_token_at" not in entry.to_dict()


def test_everything_that_a_trace_holds_is_in_its_entry() -> None:
    journal = Journal(CLOCK)
    trace = journal.open("req_1", "/v1/chat/completions", 1.0)
    _fill(trace)
    (entry,) = journal.entries()
    assert set(entry.to_dict()) == set(JournalEntry.__slots__)
    assert JournalEntry.from_dict(entry.to_dict()) == entry
    assert entry.chunks == [(1_000.0, 3)]


def _fill(trace: Trace) -> None:
    trace.stream = True
    trace.client_id = trace.key = trace.model = trace.reply_hash = trace.fault = trace.phase = "x"
    trace.headers_at = trace.first_token_at = trace.last_token_at = trace.done_at = trace.hung_up_at = 2.0
    trace.planned = Planned(1.0, 2.0, 3)
    trace.limits = {"requests_limit": 1}
    trace.status = 200
    trace.sent_tokens = 3
    trace.question = b"q"
    trace.retry, trace.error, trace.told_wait_ms, trace.final = 1, "x", 5.0, True
    trace.chunks = [(2.0, 3)]


def test_what_is_not_kept_any_more_is_counted() -> None:
    journal = Journal(CLOCK, kept=3)
    for number in range(5):
        journal.open(f"req_{number}", "/", 0.0)
    assert journal.forgotten == 2
    journal.clear()
    assert journal.forgotten == 0
    journal.open("req_6", "/", 0.0)
    assert journal.forgotten == 0
