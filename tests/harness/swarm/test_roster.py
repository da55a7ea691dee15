"""Who takes part, and how far each is."""

from harness.swarm.roster import Roster


def roster() -> Roster:
    return Roster(["eu_aaaa1111", "us_bbbb2222", "us_cccc3333"])


def test_workers_have_numbers_and_names_by_which_people_know_them() -> None:
    assert [(member.worker, member.name) for member in roster()] == [(0, "eu_aaaa"), (1, "us_bbbb"), (2, "us_cccc")]
    assert roster().get("somebody_else") is None


def test_the_calls_are_spent_when_all_who_still_work_have_made_theirs() -> None:
    workers = roster()
    first, second, third = workers
    first.spent = second.spent = True
    spent = [workers.spent]
    third.gone = "lost"
    spent.append(workers.spent)
    assert spent == [False, True]
    assert workers.working == [first, second]


def test_who_is_not_connected_any_more_is_absent_unless_known_to_be_gone() -> None:
    workers = roster()
    first, second, third = workers
    first.gone = "done"
    assert workers.absent({third.client_id}) == [second]


def test_a_loss_says_who_and_how_much() -> None:
    lost, short, whole = roster()
    lost.gone, lost.here = "lost", 37
    short.gone, short.records, short.here = "done", 10, 8
    whole.gone, whole.records, whole.here = "done", 10, 10
    assert lost.loss == "worker 0 (eu_aaaa) was lost after 37 records; what it had in flight is not in them"
    assert lost.missing is None
    assert short.loss == "2 of the 10 records of worker 1 (us_bbbb) are missing"
    assert whole.loss is None
    assert short.to_dict() == {"worker": 1, "name": "us_bbbb", "why": "done", "records": 8, "missing": 2}
