"""Pictures as people send them, made safe: read by their contents alone, upright, of bounded size, without anything beside."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from typing import NamedTuple

from PIL import Image, ImageOps

MOST_BYTES = 8 << 20
MOST_PIXELS = 50_000_000
"""A telephone's picture has 12 to 50 million; a bomb of a few bytes may claim more than memory holds."""
LONGEST = 4096
"""Pixels of the longer side of what is kept."""
SMALL = 320
"""Pixels of the longer side of a thumbnail."""
_BEGINNINGS = ((b"\xff\xd8\xff", "JPEG"), (b"\x89PNG\r\n\x1a\n", "PNG"), (b"RIFF", "WEBP"))
_QUALITY, _SMALL_QUALITY = 88, 75
_WHITE = (255, 255, 255)


class NoPicture(Exception):
    """Raised for what is no JPEG, PNG or WebP picture that can be read; the message names the reason."""


class Picture(NamedTuple):
    """A picture as it is kept."""

    content: bytes
    thumbnail: bytes
    width: int
    height: int
    original: str
    """SHA-256 of what was sent."""


def picture_of(sent: bytes) -> Picture:
    """A picture out of what was sent: a new JPEG of its pixels, upright, and a thumbnail.

    Where it was taken and by which telephone stands in metadata, which are left behind; whatever else hid in the file, too.

    Raises:
        NoPicture: `not_a_picture` or `too_many_pixels`.
    """
    kind = next((kind for beginning, kind in _BEGINNINGS if sent.startswith(beginning)), None)
    if kind is None or (kind == "WEBP" and sent[8:12] != b"WEBP"):
        raise NoPicture("not_a_picture")
    try:
        with Image.open(io.BytesIO(sent), formats=[kind]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise NoPicture("too_many_pixels")
            plain = _plain(image)
    except (OSError, ValueError, SyntaxError, EOFError, struct.error, zlib.error, IndexError, KeyError,
            TypeError, OverflowError, MemoryError, Image.DecompressionBombError) as error:  # fmt: skip
        raise NoPicture("not_a_picture") from error
    small = plain.copy()
    small.thumbnail((SMALL, SMALL))
    return Picture(
        _jpeg(plain, _QUALITY), _jpeg(small, _SMALL_QUALITY), plain.width, plain.height,
        hashlib.sha256(sent).hexdigest(),
    )  # fmt: skip


def _plain(image: Image.Image) -> Image.Image:
    """The pixels alone, upright, on white where they can be seen through."""
    image.draft("RGB", (LONGEST, LONGEST))
    turned = ImageOps.exif_transpose(image)
    if turned.mode in {"RGBA", "LA", "PA"} or "transparency" in turned.info:
        seen = turned.convert("RGBA")
        turned = Image.new("RGB", seen.size, _WHITE)
        turned.paste(seen, mask=seen.getchannel("A"))
    plain = Image.new("RGB", turned.size, _WHITE)
    plain.paste(turned.convert("RGB"))
    plain.thumbnail((LONGEST, LONGEST))
    return plain


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()
