"""Backup and restore of a data directory, beside a running service.

The files are copied from the end of the flow to its beginning: what detection has recorded is then never ahead of the
readings, nor these of the journal, and a restored installation goes on from the copies as after a kill.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from importlib import import_module
from pathlib import Path
from typing import Any

from keepwell.settings import Settings
from store import files
from store.model_files import SUFFIX
from store.photo_files import SUFFIX as PHOTO

MANIFEST = "manifest.json"
FORMAT = 1


class BackupError(Exception):
    """Raised when a backup cannot be made or used; the message says why and what to do."""


def back_up(settings: Settings, target: Path, now_us: int) -> dict[str, Any]:
    """Copy service database, readings, journal, models and photos into a new folder `target`, and say what it holds.

    Raises:
        BackupError: there is nothing to back up, or `target` is there already.
    """
    present = [path for path in (settings.readings, settings.journal) if path.exists()]
    service = settings.service
    if isinstance(service, str) or service.exists():  # first: it is the end of the flow
        present.insert(0, settings.service_file)
    if not present:
        raise BackupError(
            f"there is nothing to back up in {settings.data}: name the data directory with --data"
        )
    if target.exists():
        raise BackupError(f"{target} is there already: name a new folder")
    partial = target.with_name(f"{target.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    heads = [path for path in (settings.audit_heads,) if path.exists()]
    for path in heads:  # before the database: it must hold every head that is kept
        shutil.copyfile(path, partial / path.name)
    for path in present:
        if path == settings.service_file:
            _copies().copy_service(service, partial / path.name, now_us)
        else:
            files.copy(path, partial / path.name)
    beside = [  # behind the database that names them: what comes meanwhile is not named yet
        name
        for folder, suffix in ((settings.models, SUFFIX), (settings.photos, PHOTO))
        for name in _copy_folder(folder, suffix, partial)
    ]
    kept = [*(path.name for path in (*present, *heads)), *beside]
    manifest = {
        "format": FORMAT,
        "made_us": now_us,
        "sha256": {name: _digest(partial / name) for name in kept},
    }
    (partial / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    partial.rename(target)
    return manifest


def _copy_folder(folder: Path, suffix: str, target: Path) -> list[str]:
    """Copy the files of a folder into one of the same name, and say which."""
    found = sorted(folder.glob(f"*{suffix}")) if folder.exists() else []
    for path in found:
        (target / folder.name).mkdir(exist_ok=True)
        shutil.copyfile(path, target / folder.name / path.name)
    return [f"{folder.name}/{path.name}" for path in found]


def restore(settings: Settings, source: Path, now_us: int) -> dict[str, Any]:
    """Put a backup into an empty data directory, and into an empty PostgreSQL database if the settings name one.

    Raises:
        BackupError: the backup is not whole, or the data directory holds an installation.
        OSError: the database cannot be reached, or holds one.
    """
    manifest = _read_manifest(source)
    for name, digest in manifest["sha256"].items():
        if not (source / name).exists() or _digest(source / name) != digest:
            raise BackupError(f"{source / name} is not what was backed up: use another backup")
    taken = [
        path.name for path in (settings.service_file, settings.readings, settings.journal) if path.exists()
    ]
    if taken:
        raise BackupError(
            f"{settings.data} holds {', '.join(taken)} already: name an empty directory with --data"
        )
    for folder in (settings.models, settings.photos):
        folder.mkdir(parents=True, exist_ok=True)
    for name in manifest["sha256"]:
        shutil.copyfile(source / name, settings.data / name)
    if settings.service_url and settings.service_file.exists():
        _fill(settings, now_us)
    return manifest


def _fill(settings: Settings, now_us: int) -> None:
    """The file goes into the database, and away; whatever fails, the data directory is empty again."""
    try:
        _copies().fill_service(settings.service_url, settings.service_file, now_us)
    except BaseException:
        for path in (settings.readings, settings.journal):
            path.unlink(missing_ok=True)
        raise
    finally:
        for path in settings.data.glob(f"{settings.service_file.name}*"):
            path.unlink()


def _copies() -> Any:
    """Loaded where it is needed: other commands do without the database machinery."""
    return import_module("store.service_copy")


def _read_manifest(source: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((source / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BackupError(f"{source} is no backup: {error}") from None
    if manifest.get("format") != FORMAT:
        raise BackupError(f"{source} was made by another version of Keepwell: use that one")
    return manifest


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
