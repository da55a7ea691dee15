import base64
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.catalogue import load_catalogue
from profiles.images import Image, ImagePrice, image_of, image_tokens, is_downloadable

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 300, 200)
GIF = b"GIF89a" + struct.pack("<HH", 300, 200)
JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc2\x00\x0b\x08" + struct.pack(">HH", 200, 300)
WEBP = {
    "lossy": b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 300, 200),
    "lossless": b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0/" + (299 | 199 << 14).to_bytes(4, "little"),
    "extended": b"RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0" + (299).to_bytes(3, "little") + (199).to_bytes(3, "little"),
}


def _url(content: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(content).decode()}"


@pytest.mark.parametrize("content", [PNG, GIF, JPEG, *WEBP.values()], ids=["png", "gif", "jpeg", *WEBP])
def test_the_size_is_read_from_the_image_itself(content: bytes) -> None:
    assert image_of(_url(content), "high") == Image(300, 200, "high")


@pytest.mark.parametrize(
    "url", ["data:,x", "data:image/png;base64,", "data:image/png;base64,!!!", _url(b"BM123456"), _url(PNG[:18])]
)
def test_what_is_no_image_is_none(url: str) -> None:
    assert image_of(url, "auto") is None


def test_an_image_elsewhere_is_not_fetched() -> None:
    assert image_of("https://example.com/a.png", "low") == Image(1024, 1024, "low")


@given(st.binary(max_size=60) | st.binary(max_size=40).map(JPEG.__add__) | st.binary().map(b"\xff\xd8".__add__))
def test_whatever_is_sent_is_measured_or_not(content: bytes) -> None:
    image = image_of(_url(content), "auto")
    assert image is None or image.width * image.height > 0


@pytest.mark.parametrize(
    ("width", "height", "detail", "tokens"),
    [
        (1024, 1024, "high", 765),  # recorded
        (768, 1152, "auto", 1105),  # recorded: two by three tiles
        (400, 700, "auto", 425),  # recorded: one by two tiles
        (4096, 8192, "low", 85),
        (1, 1, "high", 255),
    ],
)
def test_tiles_count_as_recorded(width: int, height: int, detail: str, tokens: int) -> None:
    assert image_tokens(Image(width, height, detail), ImagePrice()) == tokens  # type: ignore[arg-type]


def test_a_small_image_costs_gpt_4o_mini_what_was_recorded() -> None:
    facts = load_catalogue().resolve("gpt-4o-mini")
    assert facts is not None
    assert image_tokens(Image(1, 1), facts.image_price) == 2_833 + 5_667


@given(st.integers(1, 20_000), st.integers(1, 20_000))
def test_patches_are_never_more_than_their_bound(width: int, height: int) -> None:
    assert 1 <= image_tokens(Image(width, height), ImagePrice(patch_factor=1.0)) <= 1536


@pytest.mark.parametrize(
    ("url", "there"),
    [
        ("https://example.com/a.png", True),
        ("http://127.0.0.1:9/a", True),
        ("data:image/png;base64,AAAA", True),
        ("https://images.example.invalid/a.png", False),
        ("https://invalid/a.png", False),
        ("https://not-invalid.org/a.png", True),
        ("ftp://example.com/a.png", False),
        ("/etc/passwd", False),
        ("https://", False),
        ("https://[half", False),
        ("", False),
    ],
)
def test_what_cannot_be_a_web_address_cannot_be_downloaded(url: str, there: bool) -> None:
    assert is_downloadable(url) is there
