from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.player.playback import MOST_TOKENS_AT_ONCE
from tests.mockserver.player.stubs import Note, cadence, playback, reply


def test_role_leads_the_first_content_when_the_first_byte_is_early() -> None:
    stream = playback(reply("Hi", "!"), cadence(0.1, 0.2, 0.3))
    assert stream.first_due == 0.1
    assert stream.perform(0.1) == (b"<role>", 0.2)
    assert stream.perform(0.2) == (b"<Hi>", 0.3)
    assert stream.perform(0.3) == (b"<!><tail>", None)


def test_role_shares_the_write_of_the_first_content_when_they_are_due_together() -> None:
    stream = playback(reply("Hi", "!"), cadence(0.2, 0.2, 0.3))
    assert stream.perform(0.2) == (b"<role><Hi>", 0.3)


def test_deadlines_count_from_the_arrival_of_the_request() -> None:
    stream = playback(reply("Hi", "!"), cadence(0.25, 0.5, 0.75), t0=1000.0)
    assert stream.first_due == 1000.25
    assert stream.perform(1000.25) == (b"<role>", 1000.5)
    assert stream.perform(1000.5) == (b"<Hi>", 1000.75)


def test_a_reply_without_tokens_is_role_and_tail() -> None:
    note = Note()
    stream = playback(reply(), cadence(0.1), note)
    assert stream.perform(0.1) == (b"<role><tail>", None)
    stream.sent(0.15)
    assert note == Note(done_at=0.15)


def test_what_is_asked_for_too_early_is_not_there() -> None:
    stream = playback(reply("a", "b", "c"), cadence(0.1, 0.1, 0.2, 0.3))
    assert stream.perform(0.05) == (b"", 0.1)
    stream.perform(0.1)
    assert stream.perform(0.15) == (b"", 0.2)
    assert stream.perform(0.2) == (b"<b>", 0.3)


def test_overdue_tokens_go_out_together() -> None:
    stream = playback(reply("a", "b", "c", "d"), cadence(0.1, 0.1, 0.2, 0.3, 0.4))
    stream.perform(0.1)
    assert stream.perform(0.35) == (b"<b><c>", 0.4)


def test_a_long_overdue_reply_comes_in_portions() -> None:
    count = MOST_TOKENS_AT_ONCE + 1
    stream = playback(reply(*"x" * count), cadence(0.0, *[0.0] * count))
    first, due = stream.perform(1.0)
    assert first == b"<role>" + b"<x>" * MOST_TOKENS_AT_ONCE
    assert due == 0.0
    assert stream.perform(1.0) == (b"<x><tail>", None)


def test_a_token_without_text_has_no_frame_but_counts() -> None:
    note = Note()
    stream = playback(reply("", "é", "", "!"), cadence(0.0, 0.0, 1.0, 2.0, 3.0), note)
    assert stream.perform(0.0) == (b"<role>", 1.0)
    stream.sent(0.1)
    assert note == Note(last_token_at=0.1, sent_tokens=1)
    assert stream.perform(1.0) == ("<é>".encode(), 2.0)
    stream.sent(1.1)
    assert note.first_token_at == 1.1
    assert stream.perform(2.0) == (b"", 3.0)
    assert stream.perform(3.0) == (b"<!><tail>", None)
    stream.sent(3.1)
    assert (note.sent_tokens, note.last_token_at, note.done_at) == (4, 3.1, 3.1)


def test_trace_holds_what_happened_not_what_was_planned() -> None:
    note = Note()
    stream = playback(reply("a", "b", "c"), cadence(0.1, 0.2, 0.3, 0.4), note)
    stream.opened(0.11)
    stream.perform(0.12)
    stream.sent(0.13)
    assert note == Note(headers_at=0.11)
    stream.perform(0.35)
    stream.sent(0.36)
    stream.hung_up(0.37)
    assert note == Note(headers_at=0.11, first_token_at=0.36, last_token_at=0.36, hung_up_at=0.37, sent_tokens=2)


@given(
    gaps=st.lists(st.floats(0, 1), min_size=1, max_size=40),
    calls=st.lists(st.floats(0, 0.7), max_size=120),
    lead=st.floats(0, 0.5),
)
def test_bytes_do_not_depend_on_when_they_are_fetched(gaps: list[float], calls: list[float], lead: float) -> None:
    due_s = [lead + sum(gaps[: i + 1]) for i in range(len(gaps))]
    names = [f"t{i}" for i in range(len(gaps))]
    stream = playback(reply(*names), cadence(lead, *due_s))
    instants = [sum(calls[: i + 1]) for i in range(len(calls))]
    written, due = b"", stream.first_due
    for now in [*instants, due_s[-1]]:
        data, coming = stream.perform(now)
        written += data
        said = [f"<{name}>".encode() in written for name in names]
        assert said == [at <= now for at in due_s]
        if coming is None:
            break
        assert coming > now
        due = coming
    assert coming is None
    assert due <= due_s[-1]
    assert written == b"<role>" + b"".join(f"<{name}>".encode() for name in names) + b"<tail>"


@pytest.mark.parametrize("count", [1, 2, 50])
def test_every_deadline_is_asked_for_once(count: int) -> None:
    stream = playback(reply(*"x" * count), cadence(0.0, *range(1, count + 1)))
    deadlines: list[float] = [stream.first_due]
    while (following := stream.perform(deadlines[-1])[1]) is not None:
        deadlines.append(following)
    assert all(later - earlier == 1 for earlier, later in pairwise(deadlines))
    assert len(deadlines) == count + 1
