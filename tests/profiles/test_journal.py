import dataclasses

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.journal import JournalEntry, Planned

instants = st.floats(min_value=0, max_value=4e9, allow_nan=False)
texts = st.text(max_size=20)

entries = st.builds(
    JournalEntry,
    seq=st.integers(0, 2**50),
    id=texts,
    route=texts,
    stream=st.booleans(),
    received_at=instants,
    client_id=st.none() | texts,
    key=st.none() | texts,
    model=st.none() | texts,
    headers_at=st.none() | instants,
    first_token_at=st.none() | instants,
    done_at=st.none() | instants,
    planned=st.none() | st.builds(Planned, instants, instants, st.integers(0, 10**6)),
    sent_tokens=st.integers(0, 10**6),
    status=st.none() | st.integers(100, 599),
    fault=st.none() | texts,
    limits=st.dictionaries(texts, instants, max_size=3),
    hung_up_at=st.none() | instants,
)

LEAST = JournalEntry(seq=1, id="req_1", route="/v1/chat/completions", stream=False, received_at=2.0)


@given(entries)
def test_an_entry_survives_its_json(entry: JournalEntry) -> None:
    assert JournalEntry.from_dict(orjson.loads(orjson.dumps(entry.to_dict()))) == entry


def test_what_did_not_happen_is_left_out_and_zero_tokens_are_told() -> None:
    assert LEAST.to_dict() == {
        "seq": 1,
        "id": "req_1",
        "route": "/v1/chat/completions",
        "stream": False,
        "received_at": 2.0,
        "sent_tokens": 0,
    }


def test_what_was_planned_is_a_table() -> None:
    entry = dataclasses.replace(LEAST, planned=Planned(first_token_ms=1.5, last_token_ms=2.5, tokens=3))
    assert entry.to_dict()["planned"] == {"first_token_ms": 1.5, "last_token_ms": 2.5, "tokens": 3}


@pytest.mark.parametrize("raw", [{}, {**LEAST.to_dict(), "planned": 5}, {**LEAST.to_dict(), "colour": "red"}])
def test_what_is_no_entry_is_a_value_error(raw: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="not a journal entry"):
        JournalEntry.from_dict(raw)
