"""Records in less room: gzip, once a run has ended."""

import gzip
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Final

_LEVEL: Final = 5
"""Records are so alike that more effort saves little."""


def packed(path: Path) -> Path:
    """Where the records of that file are when they are packed."""
    return path.with_name(f"{path.name}.gz")


def pack(path: Path) -> None:
    """Replace a file of records by a packed one of the same content, if it is not yet one.

    Raises OSError with its name, and leaves the file, when that cannot be written.
    """
    if path.suffix == ".gz":
        return
    new = path.with_name(f".{path.name}.gz.new")
    try:
        with path.open("rb") as plain, gzip.open(new, "wb", compresslevel=_LEVEL) as written:
            shutil.copyfileobj(plain, written, 1 << 20)
        new.replace(packed(path))
        path.unlink()
    except OSError as error:
        with suppress(OSError):
            new.unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror, str(packed(path))) from None
