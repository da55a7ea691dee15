"""Images in prompts: how large one is, and how many tokens that makes.

Tiles (recorded for the gpt-4o family): 85 at low detail; otherwise the image is fitted into 2048 x 2048, its shorter
side scaled down to 768, and every started square of 512 costs 170 on top of 85. Other models have other figures, and
the newer small ones count patches of 32 x 32, at most 1,536, times a factor (documentation, not recorded).
"""

import base64
import binascii
import math
import struct
from typing import Final, Literal
from urllib.parse import urlsplit

import msgspec

Detail = Literal["auto", "low", "high"]

_UNSEEN: Final = 1024
"""The side of an image that is not in the request: a URL is never fetched here (a choice)."""
_HEAD_CHARACTERS: Final = 65_536
"""How much of a data URL is decoded to find the size: all formats say it early."""
_BOX, _SHORT_SIDE, _TILE = 2048, 768, 512
_PATCH, _MOST_PATCHES = 32, 1536


class Image(msgspec.Struct, frozen=True):
    """An image as far as counting is concerned: pixels and detail."""

    width: int = _UNSEEN
    height: int = _UNSEEN
    detail: Detail = "auto"


class ImagePrice(msgspec.Struct, frozen=True):
    """What images cost a model: tiles on a base, or patches times a factor where there is one."""

    base_tokens: int = 85
    tile_tokens: int = 170
    patch_factor: float | None = None


TILES: Final = ImagePrice()
"""The prices of the gpt-4o family."""


def image_tokens(image: Image, price: ImagePrice) -> int:
    """The tokens of one image."""
    if price.patch_factor is not None:
        return math.ceil(_patches(image.width, image.height) * price.patch_factor)
    if image.detail == "low":
        return price.base_tokens
    fit = min(1.0, _BOX / max(image.width, image.height))
    width, height = image.width * fit, image.height * fit
    shrink = min(1.0, _SHORT_SIDE / min(width, height))
    tiles = math.ceil(round(width * shrink, 6) / _TILE) * math.ceil(round(height * shrink, 6) / _TILE)
    return price.base_tokens + tiles * price.tile_tokens


def _patches(width: int, height: int) -> int:
    """The patches of an image, scaled down until there are not too many."""
    patches = math.ceil(width / _PATCH) * math.ceil(height / _PATCH)
    if patches <= _MOST_PATCHES:
        return patches
    shrink = math.sqrt(_PATCH**2 * _MOST_PATCHES / (width * height))
    across, down = width * shrink / _PATCH, height * shrink / _PATCH
    shrink *= min(math.floor(across) / across, math.floor(down) / down) if min(across, down) >= 1 else 1.0
    return min(_MOST_PATCHES, math.ceil(width * shrink / _PATCH) * math.ceil(height * shrink / _PATCH))


def is_downloadable(url: str) -> bool:
    """Whether an image might be at a URL: data is there already, of the rest a web address outside of .invalid.

    Nothing is ever fetched. The domain .invalid exists nowhere (RFC 2606), so it stands for all that cannot be.
    """
    if url.startswith("data:"):
        return True
    try:
        address = urlsplit(url)
    except ValueError:
        return False
    host = address.hostname or ""
    return address.scheme in ("http", "https") and host != "" and not f".{host}".endswith(".invalid")


def image_of(url: str, detail: Detail) -> Image | None:
    """The image that a URL means: measured in a data URL, of a usual size elsewhere; None for no known kind."""
    if not url.startswith("data:"):
        return Image(detail=detail)
    head, comma, data = url.partition(",")
    if not comma or not head.endswith(";base64"):
        return None
    try:
        content = base64.b64decode(data[:_HEAD_CHARACTERS], validate=len(data) <= _HEAD_CHARACTERS)
    except (binascii.Error, ValueError):
        return None
    size = _size(content)
    return None if size is None or 0 in size else Image(*size, detail)


def _size(content: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, GIF, WebP or JPEG, from its first bytes."""
    try:
        if content.startswith(b"\x89PNG\r\n\x1a\n"):
            width, height = struct.unpack_from(">II", content, 16)
            return width, height
        if content.startswith((b"GIF87a", b"GIF89a")):
            width, height = struct.unpack_from("<HH", content, 6)
            return width, height
        if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
            return _webp_size(content)
        return _jpeg_size(content) if content.startswith(b"\xff\xd8") else None
    except (struct.error, IndexError):
        return None


def _webp_size(content: bytes) -> tuple[int, int] | None:
    match content[12:16]:
        case b"VP8X":
            return 1 + int.from_bytes(content[24:27], "little"), 1 + int.from_bytes(content[27:30], "little")
        case b"VP8L":
            bits = int.from_bytes(content[21:25], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8 ":
            width, height = struct.unpack_from("<HH", content, 26)
            return width & 0x3FFF, height & 0x3FFF
    return None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    """The size in the first frame header: a walk from one segment to the next."""
    at = 2
    while content[at] == 0xFF:
        marker = content[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", content, at + 5)
            return width, height
        at += 2 + int.from_bytes(content[at + 2 : at + 4])
    return None
