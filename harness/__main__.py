"""`python -m harness`, and the command itself."""

from typing import NoReturn

from profiles.interruption import ending_at_once


def main() -> NoReturn:
    """Import the command line and run it."""
    with ending_at_once():
        from .cli import main as command  # noqa: PLC0415

    command()


if __name__ == "__main__":
    main()
