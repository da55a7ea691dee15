"""What travels between master and workers."""

from harness.swarm.messages import Assignment
from harness.swarm.share import Share


def test_an_assignment_arrives_as_it_was_sent() -> None:
    sent = Assignment(
        run="r",
        worker=1,
        workers=3,
        folder="/runs/a",
        workload="mine",
        workload_text="[[class]]",
        workload_files={"a": "b"},
    )
    assert Assignment.from_dict(sent.to_dict()) == sent
    assert sent.share == Share(1, 3)


def test_the_requests_of_a_trace_travel_with_it() -> None:
    rows = [(0.0, 10, 5), (1.5, None, None)]
    sent = Assignment(run="r", worker=0, workers=1, folder="/", workload=None, workload_text=None, rows=rows)
    assert Assignment.from_dict(sent.to_dict()).rows == rows
