"""Which numbers are whose."""

from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from harness.swarm.share import Share


def test_one_process_takes_them_all_in_order() -> None:
    assert list(islice(Share().numbers(), 4)) == [0, 1, 2, 3]
    assert Share().of(7) == 7


@given(workers=st.integers(1, 12), total=st.integers(0, 200))
def test_workers_share_them_without_talking(workers: int, total: int) -> None:
    shares = [Share(worker, workers) for worker in range(workers)]
    taken = [list(islice(share.numbers(), share.of(total))) for share in shares]
    assert sorted(number for numbers in taken for number in numbers) == list(range(total))
    assert max(map(len, taken)) - min(map(len, taken)) <= 1
