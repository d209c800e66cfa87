"""What every object of the registry has: a key, a name, its number in another system, and (in the store) a UUIDv7."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass


def uuid7(now_us: int, entropy: Callable[[int], bytes] = os.urandom) -> str:
    """A UUIDv7 (RFC 9562, method 1): 48 bits of ms, 12 bits of µs within the ms scaled to 0…4095, 62 random bits.

    Ids of different µs sort by time.
    """
    milliseconds, microseconds = divmod(now_us, 1000)
    random = int.from_bytes(entropy(8)) & (1 << 62) - 1
    number = milliseconds << 80 | 0x7 << 76 | (microseconds * 4096 // 1000) << 64 | 0b10 << 62 | random
    digits = f"{number:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """What every object of the registry has. Its UUIDv7 and version number are given by the store (`Stored`)."""

    key: str
    """Chosen by the user, unique in its kind, `KEY_PATTERN`; never changes."""
    name: str = ""
    external_system: str | None = None
    external_number: str | None = None
    """The object's number in another system (ERP, WMS): (system, number) is unique in its kind."""
