"""What the server's journal costs: a request noted, and an entry read."""

from collections.abc import Sequence
from typing import Any, Final

import orjson

from mockserver.clock import Clock
from mockserver.truth.journal import Journal, Trace
from profiles.journal import Planned

from ..rig.timing import us_per_call
from ..row import Benchmark, Row, Sample

_ID: Final = "req_0123456789abcdef0123456789abcdef"


def _noted(journal: Journal) -> Trace:
    """All that is noted of a streamed request."""
    trace = journal.open(_ID, "/v1/chat/completions", 100.0)
    trace.client_id, trace.key, trace.model, trace.stream = "0123456789ab-1.1", "0a1b2c3d", "gpt-4o-mini", True
    trace.planned, trace.reply_hash = Planned(200.0, 2200.0, 100), "0123456789abcdef"
    trace.status, trace.sent_tokens = 200, 100
    trace.headers_at, trace.first_token_at, trace.last_token_at, trace.done_at = 100.2, 100.2, 102.2, 102.2
    journal.over(trace)
    return trace


def _dictionary(seq: int) -> dict[str, Any]:
    return {
        **{"seq": seq, "id": _ID, "route": "/v1/chat/completions", "received_at": 100.0},
        **{"client_id": "0123456789ab-1.1", "key": "0a1b2c3d", "model": "gpt-4o-mini", "stream": True},
        **{"planned": (200.0, 2200.0, 100), "reply_hash": "0123456789abcdef", "status": 200, "sent_tokens": 100},
        **{"headers_at": 100.2, "first_token_at": 100.2, "last_token_at": 102.2, "done_at": 102.2},
    }


def _measure(quick: bool) -> Sequence[Sample]:
    calls = 200 if quick else 20_000
    journal = Journal(Clock())
    noted = us_per_call(lambda: _noted(journal), calls)
    plain = us_per_call(lambda: _dictionary(1), calls)
    entry = next(journal.entries()).to_dict()
    read = us_per_call(lambda: orjson.dumps(next(journal.entries()).to_dict()), calls)
    dumped = us_per_call(lambda: orjson.dumps(entry), calls)
    return Sample(noted, plain), Sample(read, dumped)


JOURNAL: Final = Benchmark(
    name="journal",
    method=(
        "All that the journal keeps of a streamed request noted, and an entry made and dumped as JSON, best of five "
        "rounds of 20,000. References: a dictionary of the same values made; a finished entry dumped by orjson."
    ),
    rows=(
        Row(name="server: a request noted in the journal", unit="us", reference="a dict made"),
        Row(name="server: a journal entry read", unit="us", reference="orjson.dumps"),
    ),
    measure=_measure,
    repeats=5,
)
