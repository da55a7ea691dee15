"""Which session a user begins next."""

from harness.swarm.sessions import SessionNumbers


def test_one_process_takes_them_all_in_order() -> None:
    numbers = SessionNumbers()
    assert [numbers.next() for _ in range(4)] == [0, 1, 2, 3]


def test_workers_share_them_without_talking() -> None:
    workers = [SessionNumbers(worker, workers=3) for worker in range(3)]
    taken = [[numbers.next() for _ in range(4)] for numbers in workers]
    assert sorted(number for numbers in taken for number in numbers) == list(range(12))
    assert taken[1] == [1, 4, 7, 10]
