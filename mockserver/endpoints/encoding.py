"""Compressing a body for clients that take it so."""

import re
import zlib
from typing import Final

_GZIP: Final = zlib.MAX_WBITS | 16
_LEVEL: Final = 1
"""Half the size for a tenth of the time of the usual level."""
_REFUSED: Final = re.compile(r"q=0(?:\.0*)?$")


def takes_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding header names gzip, or everything, and not with a weight of zero."""
    for entry in accepted.lower().split(","):
        name, _, weight = entry.partition(";")
        if name.strip() in ("gzip", "x-gzip", "*"):
            return not _REFUSED.search(weight.strip())
    return False


def gzipped(body: bytes) -> bytes:
    """The body as gzip."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    return packer.compress(body) + packer.flush()
