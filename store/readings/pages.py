"""Pages: sorted readings of one day, and their hourly figures, as compressed columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import zstandard
from numpy.typing import NDArray

from ingest.nouns import US_PER_HOUR
from store.readings.columns import UNUSABLE, Ints, Mask

PAGE = 4096
"""Readings per page: one zstd frame is decoded in some 50 µs."""
HOURS_PAGE = 512
"""Hours per page: small, because a question takes few hours of each series."""

_compress = zstandard.ZstdCompressor(level=1, write_checksum=True).compress
_decompress = zstandard.ZstdDecompressor().decompress


def squeeze(column: NDArray[Any]) -> bytes:
    """A column, its bytes shuffled (all first bytes, all second ones, …) because that compresses far better."""
    width = column.dtype.itemsize
    return _compress(np.ascontiguousarray(column.view(np.uint8).reshape(-1, width).T).tobytes())


def expand(packed: bytes, dtype: type[np.generic]) -> NDArray[Any]:
    """The column out of `squeeze`."""
    raw = np.frombuffer(_decompress(packed), np.uint8)
    return np.ascontiguousarray(raw.reshape(np.dtype(dtype).itemsize, -1).T).view(dtype).ravel()


def squeeze_keys(keys: Ints) -> bytes:
    """Ascending keys, as differences."""
    return squeeze(np.diff(keys, prepend=0))


def expand_keys(packed: bytes) -> Ints:
    """The keys out of `squeeze_keys`."""
    keys: Ints = np.cumsum(expand(packed, np.int64))
    return keys


def squeeze_flags(flags: NDArray[np.uint8]) -> bytes:
    """Flags; nothing at all where none is set, which is nearly always."""
    return _compress(flags.tobytes()) if flags.any() else b""


def expand_flags(packed: bytes, n: int) -> NDArray[np.uint8]:
    """The n flags out of `squeeze_flags`."""
    return np.frombuffer(_decompress(packed), np.uint8) if packed else np.zeros(n, np.uint8)


@dataclass(frozen=True, slots=True)
class Hours:
    """Figures of the usable readings of one series and hour, by ascending key."""

    key: Ints
    """On a page: series × 24 + hour of the day. Elsewhere: whatever the holder says."""
    count: Ints
    minimum: NDArray[np.float64]
    maximum: NDArray[np.float64]
    total: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.key)

    def take(self, index: NDArray[np.intp] | Mask | slice) -> Hours:
        """The hours at `index`, in that order."""
        return Hours(
            self.key[index], self.count[index], self.minimum[index], self.maximum[index], self.total[index]
        )

    @staticmethod
    def of(keys: Ints, value: NDArray[np.float64], flags: NDArray[np.uint8]) -> Hours:
        """Summed up from sorted readings."""
        if flags.any():
            usable = (flags & UNUSABLE) == 0
            keys, value = keys[usable], value[usable]
        hour = keys // US_PER_HOUR
        first = np.flatnonzero(np.diff(hour, prepend=-1))
        if not len(first):
            return Hours(hour, hour, value, value, value)
        return Hours(
            hour[first],
            np.diff(first, append=len(hour)).astype(np.int64),
            np.minimum.reduceat(value, first),
            np.maximum.reduceat(value, first),
            np.add.reduceat(value, first),
        )

    def pack(self) -> bytes:
        """As bytes, 32 an hour. Not compressed: a question about a site takes a few hours from each of many pages."""
        narrow = (self.key.astype(np.int32), self.count.astype(np.int32))
        return b"".join(column.tobytes() for column in (*narrow, self.minimum, self.maximum, self.total))

    @staticmethod
    def unpack(pages: list[bytes]) -> Hours:
        """Out of `pack`, one page behind the other."""
        narrow = [np.frombuffer(page, np.int32, len(page) // 16).reshape(2, -1) for page in pages]
        wide = [np.frombuffer(page, np.float64, offset=len(page) // 4).reshape(3, -1) for page in pages]
        key, count = np.concatenate([np.empty((2, 0), np.int32), *narrow], axis=1).astype(np.int64)
        least, most, total = np.concatenate([np.empty((3, 0)), *wide], axis=1)
        return Hours(key, count, least, most, total)

    @staticmethod
    def concat(parts: list[Hours]) -> Hours:
        """All parts one behind the other."""
        parts = parts or [Hours.unpack([])]
        return Hours(
            np.concatenate([p.key for p in parts]),
            np.concatenate([p.count for p in parts]),
            np.concatenate([p.minimum for p in parts]),
            np.concatenate([p.maximum for p in parts]),
            np.concatenate([p.total for p in parts]),
        )
