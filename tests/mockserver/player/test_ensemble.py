from mockserver.latency.cadence import Cadence
from mockserver.player import EnsemblePlayback, StreamPlayback, Voice, VoiceTrace
from mockserver.player.playback import MOST_TOKENS_AT_ONCE
from tests.mockserver.player.stubs import Note, cadence, reply


class _Frames:
    """Frames that say whose they are."""

    def __init__(self, name: str) -> None:
        self.role = f"<{name}:role>".encode()
        self.tail = f"<{name}:end>".encode()
        self._name = name

    def content(self, piece: str) -> bytes:
        return f"<{self._name}:{piece}>".encode()


class _Closing:
    tail = b"<done>"


def _ensemble(note: Note, *timings: Cadence, pieces: str = "xyz") -> EnsemblePlayback:
    voices = []
    for name, timing in zip("AB", timings, strict=False):
        trace = VoiceTrace()
        said = reply(*pieces[: len(timing.token_s)])
        voices.append(Voice(StreamPlayback(0.0, _Frames(name), said, timing, trace), trace))
    return EnsemblePlayback(voices, _Closing(), note)


def test_choices_are_interleaved_as_they_are_due() -> None:
    stream = _ensemble(Note(), cadence(0.1, 0.2, 0.4), cadence(0.1, 0.3, 0.5))
    assert stream.first_due == 0.1
    assert stream.perform(0.1) == (b"<A:role><B:role>", 0.2)
    assert stream.perform(0.2) == (b"<A:x>", 0.3)
    assert stream.perform(0.3) == (b"<B:x>", 0.4)
    assert stream.perform(0.4) == (b"<A:y><A:end>", 0.5)
    assert stream.perform(0.5) == (b"<B:y><B:end><done>", None)


def test_what_is_overdue_keeps_its_order() -> None:
    stream = _ensemble(Note(), cadence(0.1, 0.2, 0.4), cadence(0.1, 0.3, 0.5))
    assert stream.perform(9.0) == (b"<A:role><B:role><A:x><B:x><A:y><A:end><B:y><B:end><done>", None)


def test_the_trace_counts_all_choices_and_notes_the_first_and_the_last_token_of_any() -> None:
    note = Note()
    stream = _ensemble(note, cadence(0.1, 0.2, 0.4), cadence(0.1, 0.3, 0.5))
    stream.opened(0.1)
    for now in (0.1, 0.2, 0.3, 0.4):
        stream.perform(now)
        stream.sent(now * 2)
    assert note == Note(headers_at=0.1, first_token_at=0.4, last_token_at=0.8, sent_tokens=3)
    stream.perform(0.5)
    stream.sent(0.51)
    assert (note.sent_tokens, note.last_token_at, note.done_at) == (4, 0.51, 0.51)


def test_a_long_overdue_stream_comes_in_portions() -> None:
    count = MOST_TOKENS_AT_ONCE
    timing = cadence(0.0, *(float(i) for i in range(count)))
    stream = _ensemble(Note(), timing, timing, pieces="x" * count)
    first, due = stream.perform(1e6)
    assert first.count(b":x>") < 2 * count
    assert due is not None
    rest, due = stream.perform(1e6)
    while due is not None:
        more, due = stream.perform(1e6)
        rest += more
    assert (first + rest).count(b":x>") == 2 * count
    assert (first + rest).endswith(b"<done>")
