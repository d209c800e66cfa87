"""The files of photos held against what the records say of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect

from store.photo_files import LostPhoto, PhotoFiles
from store.repositories.photos import hashes
from store.tables.photos import ticket_photos


def looked_at(connection: Connection, folder: Path) -> dict[str, Any] | None:
    """How many files there are, and which are missing or altered; None for a copy without its folder of photos."""
    if not folder.is_dir() or not inspect(connection).has_table(ticket_photos.name):
        return None
    files, lost = PhotoFiles(folder), list[str]()
    named = sorted(set(hashes(connection)))
    for digest in named:
        try:
            files.read(digest)
        except (LostPhoto, ValueError):
            lost.append(digest)
    return {"kept": len(named), "lost": lost}
