"""What the simulated users ask: a workload file and a seed in, sessions out. Pure, apart from reading the file.

`load` reads and checks a file, `pools` makes the details that fill its placeholders, `plan` all else that is made
before the run, `session` decides who asks what, `expect` judges an answer's content, `describe` shows it all to a
person.
"""

from .answer import Answer
from .expect import Expect
from .load import Workload, load_run_table
from .session import Session, Turn

__all__ = ["Answer", "Expect", "Session", "Turn", "Workload", "load_run_table"]
