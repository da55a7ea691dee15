from typing import Any, get_args

import msgspec.structs
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.record import OUTCOMES, VERSION, Gaps, Itl, Record, Tokens

milliseconds = st.floats(min_value=0, max_value=1e9, allow_nan=False)
counts = st.integers(0, 2**40)
texts = st.text(max_size=20)
buckets = st.dictionaries(st.integers(-500, 5_000), counts, max_size=5)


def maybe(values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.none() | values


tokens = st.builds(Tokens, prompt=maybe(counts), completion=maybe(counts), source=st.sampled_from(["usage", "local"]))

records = st.builds(
    Record,
    id=st.from_regex(r"[a-z0-9-]{1,8}\.[0-9]", fullmatch=True),
    attempt=counts,
    class_=texts,
    model=texts,
    stream=st.booleans(),
    intended_at=milliseconds,
    outcome=st.sampled_from(OUTCOMES),
    session=maybe(texts),
    turn=maybe(counts),
    labels=st.dictionaries(texts, texts, max_size=3),
    sent_at=maybe(milliseconds),
    reused=maybe(st.booleans()),
    first_token_ms=maybe(milliseconds),
    clock=maybe(st.sampled_from(["kernel", "app"])),
    status=maybe(counts),
    tokens=maybe(tokens),
    gaps=maybe(st.builds(Gaps, n=counts, max_ms=milliseconds, buckets=buckets)),
    itl=maybe(st.builds(Itl, n=counts, sum_ms=milliseconds, buckets=buckets)),
    ratelimit=st.dictionaries(texts, texts, max_size=3),
    wait_ms=maybe(milliseconds),
    cost_usd=maybe(milliseconds),
)

LEAST = Record(id="a.b.1", attempt=1, class_="chat", model="m", stream=True, intended_at=5.0, outcome="complete")


@given(records)
def test_a_record_survives_its_line(record: Record) -> None:
    line = record.to_json()
    assert b"\n" not in line
    assert Record.from_json(line) == record
    assert Record.from_json(line.decode()) == record


def test_the_call_is_in_the_line_whatever_the_texts_hold() -> None:
    like_a_member = 'x,"attempt":7'
    record = msgspec.structs.replace(LEAST, id=f"{like_a_member}.1", class_=like_a_member)
    line = record.to_json()
    assert orjson.loads(line)["call"] == like_a_member
    assert Record.from_json(line) == record


def test_whose_count_the_tokens_are_is_in_the_line() -> None:
    record = msgspec.structs.replace(LEAST, tokens=Tokens(completion=0))
    assert orjson.loads(record.to_json())["tokens"] == {"completion": 0, "source": "usage"}


def test_what_was_not_measured_is_left_out_and_what_was_zero_is_not() -> None:
    record = msgspec.structs.replace(LEAST, dns_ms=0.0, turn=0, reused=False)
    assert orjson.loads(record.to_json()) == {
        "v": VERSION,
        "id": "a.b.1",
        "call": "a.b",
        "attempt": 1,
        "class": "chat",
        "model": "m",
        "stream": True,
        "intended_at": 5.0,
        "outcome": "complete",
        "dns_ms": 0.0,
        "turn": 0,
        "reused": False,
    }


def test_the_attempts_of_a_call_share_what_stands_before_the_last_dot() -> None:
    assert LEAST.call == msgspec.structs.replace(LEAST, id="a.b.2").call == "a.b"


def test_every_field_is_in_the_line_and_comes_back() -> None:
    values: dict[str, Any] = {
        "labels": {"k": "v"},
        "ratelimit": {"remaining": "1"},
        "tokens": Tokens(1, 2, 3, 4, "local"),
        "gaps": Gaps(2, 3.5, {-1: 1, 7: 1}),
        "itl": Itl(2, 7.0, {7: 2}),
        "clock": "kernel",
    }
    optional = [f for f in msgspec.structs.fields(Record) if f.default is None and f.name not in values]
    plain = {f.name: get_args(f.type)[0](i) for i, f in enumerate(optional)}
    full = msgspec.structs.replace(LEAST, **plain, **values)
    assert set(orjson.loads(full.to_json())) == {"v", "call", *Record.__struct_encode_fields__}
    assert Record.from_json(full.to_json()) == full


def test_a_reader_ignores_fields_that_it_does_not_know() -> None:
    raw = {**orjson.loads(LEAST.to_json()), "gaps_us": [1, 2]}
    assert Record.from_json(orjson.dumps(raw)) == LEAST


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"", "."),
        (b"{", "."),
        (b"[]", "no JSON object"),
        (b"7", "no JSON object"),
        (b'{"v": 2}', "records of version 2 cannot be read, only version 1"),
        (b'{"v": 0}', "records of version 0 cannot be read, only version 1"),
        (b"{}", "records of version None"),
        (LEAST.to_json().replace(b'"v":1,', b""), "records of version None"),
        (LEAST.to_json().replace(b"5.0", b'"5"'), r"not a record: Expected `float`, got `str` - at `\$\.intended_at`"),
        (LEAST.to_json().replace(b"complete", b"done"), r"not a record: Invalid enum value 'done' - at `\$\.outcome`"),
        (b'{"v": 1}', "not a record: .*missing required field `id`"),
        (b'{"v": 1, "id": "x.1"}', "not a record: .*missing"),
        (b'{"v": 1, "id": "x.1", "tokens": 5}', "not a record"),
        (b'{"v": 1, "id": "x.1", "gaps": {"buckets": 5}}', "not a record"),
        (b'{"v": 1, "id": "x.1", "itl": {"m": 5}}', "not a record"),
    ],
)
def test_a_line_that_is_no_record_is_a_value_error(line: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Record.from_json(line)


def test_names_of_a_kind_derived_from_text_are_written_as_text() -> None:
    class Name(str):
        """What numpy and others give."""

        __slots__ = ()

    line = msgspec.structs.replace(LEAST, model=Name("gpt"), class_=Name("chat")).to_json()
    assert orjson.loads(line)["model"] == "gpt"
    assert Record.from_json(line).class_ == "chat"


def test_what_is_no_plain_value_is_not_written() -> None:
    with pytest.raises(TypeError, match="a record holds no object"):
        msgspec.structs.replace(LEAST, model=object()).to_json()
