"""`python -m mockserver`, and the command itself."""

import gc
import os
from typing import NoReturn

from profiles.interruption import ending_at_once


def main() -> NoReturn:
    """Import the command line and run it.

    What is imported stays; a collector that looks for garbage meanwhile takes a fifth of the time. And there are no
    plugins of pydantic's that a mock server would want: looking through all installed packages for some takes 10 ms.
    """
    gc.disable()
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    with ending_at_once():
        from .cli import main as command  # noqa: PLC0415

    gc.freeze()
    gc.enable()
    command()


if __name__ == "__main__":
    main()
