"""The embedded broker's folder: one owner at a time, passwords made once, the configuration."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from pathlib import Path

from keepwell.broker_config import BrokerSettings, render
from keepwell.broker_rights import ANONYMOUS, INTERNAL_USERS, Rights


class FolderInUseError(Exception):
    """Another Keepwell uses the folder. Two servers would start on one store without complaint."""


class BrokerFolder:
    """Files below `settings.folder`; all that hold a password are readable by their owner only."""

    def __init__(self, settings: BrokerSettings) -> None:
        self._settings = settings
        self._folder = settings.config_file.parent
        self.ports = self._folder / "ports"
        """Where each server says on which port it can be asked how it is."""
        self._lock: int | None = None

    @property
    def locked(self) -> bool:
        """Whether the folder is ours."""
        return self._lock is not None

    def lock(self) -> None:
        """Make the folder ours until `unlock` or our end, however that comes.

        Raises:
            FolderInUseError: it is somebody else's.
        """
        self.ports.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            raise FolderInUseError(f"another Keepwell uses {self._folder}") from None
        self._lock = lock

    def unlock(self) -> None:
        """Let others have it; may be repeated."""
        if self._lock is not None:
            os.close(self._lock)
        self._lock = None

    def secrets(self) -> dict[str, str]:
        """Passwords of Keepwell's own users, made once."""
        path = self._folder / "secrets.json"
        if not path.exists():
            made = {name: secrets.token_urlsafe(32) for name in (*INTERNAL_USERS, ANONYMOUS)}
            write_private(path, json.dumps(made))
        kept: dict[str, str] = json.loads(path.read_text("utf-8"))
        return kept

    def write_config(self, rights: Rights, *, draining: bool) -> None:
        """Write what a server is to read at its next start or reload."""
        write_private(self._settings.config_file, self._config(rights, draining))

    def config_is_current(self, rights: Rights, *, draining: bool) -> bool:
        """Whether the configuration that lies there is the one we would write."""
        path = self._settings.config_file
        return path.exists() and path.read_text("utf-8") == self._config(rights, draining)

    def forget_ports(self) -> None:
        """Remove what servers of before have left."""
        for stale in self.ports.iterdir():
            stale.unlink()

    def _config(self, rights: Rights, draining: bool) -> str:
        return render(self._settings, self.secrets(), rights, draining=draining)


def write_private(path: Path, text: str, mode: int = 0o600) -> None:
    """Replace a file as a whole, readable by its owner only (or as `mode` says) from its first byte on."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
