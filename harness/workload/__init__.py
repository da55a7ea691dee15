"""What the simulated users ask: a workload file and a seed in, sessions out. Pure, apart from reading the file.

`load` reads and checks a file, `pools` makes the details that fill its placeholders, `session` decides who asks what,
`expect` judges an answer's content, `describe` shows it all to a person.
"""

from .expect import Expect
from .load import Workload
from .session import Session, Turn

__all__ = ["Expect", "Session", "Turn", "Workload"]
