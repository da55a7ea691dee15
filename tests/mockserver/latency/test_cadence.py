"""A cadence is a value: instants that can be scaled."""

from array import array

from mockserver.latency import Cadence

CADENCE = Cadence(0.1, array("d", [0.2, 0.25, 0.3]))


def test_it_is_done_with_the_last_token() -> None:
    assert CADENCE.done_s == 0.3


def test_without_tokens_it_is_done_with_the_first_byte() -> None:
    assert Cadence(0.1, array("d")).done_s == 0.1


def test_scaling_scales_every_instant() -> None:
    assert CADENCE.scaled(0.5) == Cadence(0.05, array("d", [0.1, 0.125, 0.15]))


def test_the_first_token_is_when_it_begins_and_the_first_byte_where_there_is_none() -> None:
    assert CADENCE.first_s == 0.2
    assert Cadence(0.1, array("d")).first_s == 0.1
