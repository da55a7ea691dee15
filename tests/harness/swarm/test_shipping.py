"""A file that grows here and is to be the same there, whatever becomes of the messages between."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from harness.swarm.shipping import CHUNK_BYTES, Shipment, continuing


def test_what_is_due_begins_where_the_other_side_stands_and_is_at_most_a_piece() -> None:
    shipment = Shipment()
    assert shipment.due(0) == range(0)
    assert shipment.due(10) == range(10)
    assert shipment.due(CHUNK_BYTES * 3) == range(CHUNK_BYTES)
    assert shipment.acknowledge(4)
    assert shipment.due(10) == range(4, 10)
    assert shipment.acknowledge(10)
    assert not shipment.due(10)


def test_a_late_acknowledgement_is_no_news_and_takes_nothing_back() -> None:
    shipment = Shipment()
    shipment.acknowledge(8)
    assert not shipment.acknowledge(3)
    assert shipment.due(10) == range(8, 10)


@given(known=st.binary(max_size=20), more=st.binary(max_size=20), start=st.integers(0, 50))
def test_only_what_continues_a_copy_is_added_to_it(known: bytes, more: bytes, start: int) -> None:
    whole = known + more
    added = continuing(len(known), start, whole[start:])
    assert added == (more if start <= len(known) else b"")


@dataclass
class Wire:
    """Messages on the way, which may be lost, doubled or overtake each other."""

    to_master: list[tuple[int, bytes]] = field(default_factory=list)
    to_worker: list[int] = field(default_factory=list)


class Replication(RuleBasedStateMachine):
    """The sender writes, sends and hears; the wire does its worst; at no time is the copy anything but a beginning."""

    def __init__(self) -> None:
        super().__init__()
        self.file, self.copy = b"", b""
        self.shipment, self.wire = Shipment(), Wire()

    @initialize(piece=st.integers(1, 5))
    def in_small_pieces(self, piece: int) -> None:
        self.piece = piece

    @rule(data=st.binary(min_size=1, max_size=9))
    def write(self, data: bytes) -> None:
        self.file += data

    @rule()
    def send(self) -> None:
        due = self.shipment.due(len(self.file))[: self.piece]
        if due:
            self.wire.to_master.append((due.start, self.file[due.start : due.stop]))

    @rule(which=st.integers(0, 5), keep=st.booleans())
    def deliver(self, which: int, keep: bool) -> None:
        if which < len(self.wire.to_master):
            offset, data = self.wire.to_master[which]
            if not keep:
                del self.wire.to_master[which]
            self.copy += continuing(len(self.copy), offset, data)
            self.wire.to_worker.append(len(self.copy))

    @rule(which=st.integers(0, 5), keep=st.booleans())
    def acknowledge(self, which: int, keep: bool) -> None:
        if which < len(self.wire.to_worker):
            self.shipment.acknowledge(self.wire.to_worker[which])
            if not keep:
                del self.wire.to_worker[which]

    @rule()
    def reconnect(self) -> None:
        self.wire = Wire()

    @invariant()
    def the_copy_is_a_beginning_of_the_file(self) -> None:
        assert self.file.startswith(self.copy)
        assert self.shipment.acknowledged <= len(self.copy)

    def teardown(self) -> None:
        """Once messages get through again, the rest arrives."""
        self.wire = Wire()
        while due := self.shipment.due(len(self.file)):
            self.copy += continuing(len(self.copy), due.start, self.file[due.start : due.stop])
            self.shipment.acknowledge(len(self.copy))
        assert self.copy == self.file


TestReplication = Replication.TestCase
