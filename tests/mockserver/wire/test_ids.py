import re
from random import Random

import pytest

from mockserver.wire import ids


@pytest.mark.parametrize(
    ("created", "prefix"),
    [(1_576_800_000, "00000"), (1_576_800_061, "0000z"), (1_576_800_062, "00010"), (1_741_569_952, "B9MBs")],
)
def test_a_completion_id_begins_with_its_time_in_base_62(created: int, prefix: str) -> None:
    assert ids.chat_completion_id(created, Random(1)).removeprefix("chatcmpl-")[:5] == prefix


def test_ids_have_the_patterns_of_the_api() -> None:
    rng = Random(1)
    assert re.fullmatch(r"chatcmpl-[0-9A-Za-z]{29}", ids.chat_completion_id(1_763_424_000, rng))
    assert re.fullmatch(r"req_[0-9a-f]{32}", ids.request_id(rng))
    assert re.fullmatch(r"fp_[0-9a-f]{10}", ids.fingerprint("gpt-4o-2024-08-06"))
    assert re.fullmatch(r"[0-9A-Za-z]{24}", ids.alphanumeric(24, rng))


def test_ids_differ_with_the_randomness_and_only_with_it() -> None:
    first, same, other = (ids.chat_completion_id(1_763_424_000, Random(seed)) for seed in (1, 1, 2))
    assert first == same != other


def test_a_model_keeps_its_fingerprint_and_shares_it_with_no_other() -> None:
    assert ids.fingerprint("gpt-4o") == ids.fingerprint("gpt-4o") != ids.fingerprint("gpt-4.1")
