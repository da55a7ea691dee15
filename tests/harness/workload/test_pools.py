import pytest

from harness.workload.pools import Pools, build_pools
from profiles import ProfileError
from profiles.schema.workload import PoolTable

NAMES = PoolTable(faker="first_name", size=20)
CITIES = PoolTable(faker="city", size=20)


def build(seed: int = 1, **tables: PoolTable) -> Pools:
    return build_pools(tables, file="w.toml", seed=seed)


def test_a_seed_gives_the_same_values_and_another_seed_others() -> None:
    assert build(1, name=NAMES) == build(1, name=NAMES)
    assert build(1, name=NAMES) != build(2, name=NAMES)


def test_a_pool_depends_on_no_other_pool() -> None:
    assert build(name=NAMES)["name"] == build(city=CITIES, name=NAMES)["name"]


def test_two_pools_of_one_formatter_differ() -> None:
    pools = build(a=NAMES, b=NAMES)
    assert pools["a"] != pools["b"]


def test_choices_are_the_values_themselves_and_repetitions_count_once() -> None:
    assert build(x=PoolTable(choices=["b", "a", "b"]))["x"] == ("b", "a")


@pytest.mark.parametrize(
    ("formatter", "args"),
    [
        ("random_int", {"min": 5, "max": 5}),
        ("pydecimal", {"left_digits": 1, "right_digits": 1}),
        ("pyfloat", {"min_value": 1, "max_value": 2}),
        ("boolean", {}),
        ("date_object", {}),
        ("time_object", {}),
    ],
)
def test_any_single_value_becomes_text(formatter: str, args: dict[str, object]) -> None:
    assert all(value and isinstance(value, str) for value in build(x=PoolTable(faker=formatter, args=args))["x"])


@pytest.mark.parametrize(
    ("table", "key", "part"),
    [
        (PoolTable(faker="frist_name"), "pools.x.faker", "did you mean 'first_name'?"),
        (PoolTable(faker="qqqqqqqqqqqq"), "pools.x.faker", "see faker.readthedocs.io"),
        (PoolTable(faker="seed_instance"), "pools.x.faker", "no formatter 'seed_instance'"),
        (PoolTable(faker="__init__"), "pools.x.faker", "no formatter '__init__'"),
        (PoolTable(faker="random_int", args={"mni": 1}), "pools.x.args", "random_int does not take these"),
        (PoolTable(faker="random_int", args={"min": 2, "max": 1}), "pools.x.args", "random_int does not take these"),
        (PoolTable(faker="words"), "pools.x.faker", "words gives a list"),
        (PoolTable(faker="binary", args={"length": 2}), "pools.x.faker", "binary gives a bytes"),
    ],
)
def test_a_formatter_that_cannot_be_used_is_named_with_its_key(table: PoolTable, key: str, part: str) -> None:
    with pytest.raises(ProfileError) as caught:
        build(x=table)
    assert (caught.value.file, caught.value.key) == ("w.toml", key)
    assert part in caught.value.why
    assert len(str(caught.value).splitlines()) == 1
