"""Keys for objects whose rows give none: always the same for the same number or name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256

from registry.file import device_key
from registry.nouns import GATEWAY_PATTERN, KEY_PATTERN

_READABLE = 48


def made_key(kind: str, parts: Iterable[str], *, exact: bool = True) -> str:
    """A key made of what names the object.

    Args:
        kind: the object's kind.
        parts: its number, or the texts that name it together.
        exact: False adds a checksum of the parts: for when the plain key belongs to another object.
    """
    parts = tuple(part for part in parts if part)
    if kind == "gateway":
        return _gateway_key(parts)
    typed = "-".join(parts)
    if kind == "device" and exact:
        key = device_key(parts[-1], "-".join(parts[:-1]))
        return key if re.fullmatch(KEY_PATTERN, key) else _summed(kind, parts)
    readable = _readable(typed.lower())
    if exact and readable == typed.lower() and re.fullmatch(KEY_PATTERN, readable):
        return readable
    return _summed(kind, parts)


def _gateway_key(parts: tuple[str, ...]) -> str:
    """A gateway's key is its name on the wire: nothing may be added to it."""
    key = re.sub(r"[^A-Za-z0-9_-]+", "-", "-".join(parts))[:64]
    return key if re.fullmatch(GATEWAY_PATTERN, key) else _summed("gateway", parts)


def _summed(kind: str, parts: tuple[str, ...]) -> str:
    readable = _readable("-".join(parts).lower())[:_READABLE].strip("-_") or kind.replace("_", "-")
    return f"{readable}-{sha256(repr((kind, parts)).encode()).hexdigest()[:8]}"


def _readable(typed: str) -> str:
    return re.sub(r"[^a-z0-9_-]+", "-", typed).strip("-_")
