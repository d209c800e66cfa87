"""Files of trained models: written once under the model's id, and opened only if they are what the service database says."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

MOST_BYTES = 16 << 20
SUFFIX = ".model"


class RefusedFile(Exception):
    """Raised when a file is not opened: it is missing, was changed, or never was one of this installation's."""


class ModelFiles:
    """The folder of models in the data directory. No other path is ever read, and no name comes from outside."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, id: str, content: bytes) -> str:
        """Write a new file, durably, and return its SHA-256 (hexadecimal), to be recorded in the service database."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self.path(id)
        temporary = path.with_suffix(".new")
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        return hashlib.sha256(content).hexdigest()

    def read(self, id: str, digest: str) -> bytes:
        """The file of a model, if it is the one that was recorded.

        Raises:
            RefusedFile: it is missing, too large, no plain file, or another one.
        """
        path = self.path(id)
        try:
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
            with os.fdopen(handle, "rb") as file:
                content = file.read(MOST_BYTES + 1)
        except OSError as error:
            raise RefusedFile(f"{path}: {error.strerror or error}: train the model again") from error
        if len(content) > MOST_BYTES:
            raise RefusedFile(f"{path} is larger than {MOST_BYTES >> 20} MiB: no model is")
        found = hashlib.sha256(content).hexdigest()
        if found != digest:
            raise RefusedFile(
                f"{path} is not the file that was written after training (SHA-256 {found[:12]}…, recorded "
                f"{digest[:12]}…): put it back from a backup, or train the model again"
            )
        return content

    def path(self, id: str) -> Path:
        """Where the file of a model lies."""
        return self._folder / f"{id}{SUFFIX}"
