"""A child that speaks as the harness's Locust processes do, and does what its arguments say.

`python stub_child.py WORD...`: each word is done in turn. `say:JSON` prints a line, `until-let-go` waits for standard
input to close, `forever` ignores it, `fail:N` ends with an exit code, `write:FILE:TEXT` appends a line, `env:NAME`
prints the variables whose names begin so on standard error, `close` closes standard output, `await:FILE` waits until
the file is there, `die:N` sends itself a signal.
"""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path


def write(argument: str) -> None:
    name, _, text = argument.partition(":")
    with Path(name).open("a") as file:
        file.write(f"{text}\n")


def wait_for(name: str) -> None:
    while not Path(name).exists():
        time.sleep(0.01)


DEEDS: dict[str, Callable[[str], object]] = {
    "say": lambda line: print(line, flush=True),
    "until-let-go": lambda _: sys.stdin.read(),
    "forever": lambda _: time.sleep(3600),
    "fail": lambda code: sys.exit(int(code)),
    "die": lambda number: os.kill(os.getpid(), int(number)),
    "write": write,
    "await": wait_for,
    "close": lambda _: os.close(1),
    "env": lambda prefix: sys.stderr.write(f"{sorted(name for name in os.environ if name.startswith(prefix))}\n"),
}

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for word in sys.argv[1:]:
        deed, _, argument = word.partition(":")
        DEEDS[deed](argument)
