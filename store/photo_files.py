"""Files of photos: each is named after its contents, so that it is kept once and no other can stand in for it."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

SUFFIX = ".jpg"
_NAME = re.compile("[0-9a-f]{64}")
_MOST_BYTES = 32 << 20


class LostPhoto(Exception):
    """Raised when a file is missing, or is not what was kept."""


class PhotoFiles:
    """The folder of photos in the data directory. No name comes from outside."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, content: bytes) -> str:
        """Write a picture, durably, unless it is there, and return its SHA-256 (hexadecimal)."""
        digest = hashlib.sha256(content).hexdigest()
        path = self.path(digest)
        if path.exists():
            return digest
        self._folder.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f"{digest}.{os.getpid()}-{os.urandom(4).hex()}.new")
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync(self._folder)
        return digest

    def read(self, digest: str) -> bytes:
        """A picture, if it is what was kept.

        Raises:
            LostPhoto: it is missing, or another one.
        """
        path = self.path(digest)
        try:
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
            with os.fdopen(handle, "rb") as file:
                content = file.read(_MOST_BYTES + 1)
        except OSError as error:
            raise LostPhoto(f"{path}: {error.strerror or error}: put it back from a backup") from error
        if hashlib.sha256(content).hexdigest() != digest:
            raise LostPhoto(f"{path} is not what was kept: put it back from a backup")
        return content

    def path(self, digest: str) -> Path:
        """Where a picture lies. ValueError for what is no SHA-256."""
        if not _NAME.fullmatch(digest):
            raise ValueError(f"{digest[:80]!r} names no photo")
        return self._folder / f"{digest}{SUFFIX}"


def _sync(folder: Path) -> None:
    """A new name is as durable as its folder."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
