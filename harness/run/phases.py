"""The phases of the mock that was a run's target, asked of it afterwards."""

from ..measure.phases import Phase, during
from ..mock.control import MockControl, MockError


def phases_of(mock: MockControl, began_at: float, ended_at: float) -> list[Phase]:
    """The phases between two instants (epoch seconds); none where the mock has no script, or does not say.

    That it does not answer is said where it is asked whether it kept up.
    """
    try:
        return during(mock.phases(), began_at, ended_at)
    except MockError:
        return []
