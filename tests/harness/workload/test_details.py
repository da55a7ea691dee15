import random

from hypothesis import given
from hypothesis import strategies as st

from harness.workload.details import Details

POOLS = {
    "name": tuple("abcdefgh"),
    "pair": ("{{name}}+{{name.2}}", "{{name.2}}-{{name}}"),
    "one": ("only",),
}


def fill(text: str, seed: int = 0) -> str:
    return Details(POOLS, random.Random(seed)).fill(text)


def test_a_placeholder_has_one_value_throughout() -> None:
    details = Details(POOLS, random.Random(3))
    first = details.fill("{{name}}")
    assert details.fill("{{ name }} {{name.1}} {{name}}") == f"{first} {first} {first}"


def test_the_value_is_the_same_inside_the_values_of_other_pools() -> None:
    name, other, pair = fill("{{name}} {{name.2}} {{pair}}").split()
    assert pair in {f"{name}+{other}", f"{other}-{name}"}


@given(st.integers())
def test_numbers_ask_for_different_values(seed: int) -> None:
    values = fill(" ".join(f"{{{{name.{n}}}}}" for n in range(1, 9)), seed).split()
    assert sorted(values) == list("abcdefgh")


def test_a_pool_that_is_used_up_repeats_itself() -> None:
    assert fill("{{one}} {{one.2}} {{one.3}}") == "only only only"


def test_text_without_placeholders_stays_as_it_is() -> None:
    text = 'a } b { c }} {x} {"k": {"l": 1}}'
    assert fill(text) == text
