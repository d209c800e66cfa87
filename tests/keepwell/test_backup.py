"""A backup made beside a busy installation is whole, and a restored one goes on."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from keepwell.backup import MANIFEST, BackupError, back_up, restore
from keepwell.client import ApiClient
from keepwell.demo import free_port
from keepwell.processes import Installation, built
from keepwell.settings import Settings
from simulators.link import Link, parse_broker

MINUTE_US = 60_000_000


def _say(installation: Installation, first: int, last: int) -> None:
    link = Link(parse_broker(installation.broker_address()), "g1", announce=False)
    start_us = time.time_ns() // 1000 - 2000 * MINUTE_US
    for n in range(first, last):
        link.publish(
            json.dumps({"device": "p", "time": start_us + n * MINUTE_US, "temperature": 5.0}).encode(), 1
        )
    link.close(farewell=False)


def _await_kept(api: ApiClient, values: int) -> None:
    deadline_s = time.monotonic() + 90
    while True:
        kept = sum(line["values"]["kept"] for line in api.all("/api/v1/ledger")) if api.ready() else 0
        if kept >= values and api.ready():
            assert kept == values
            return
        assert time.monotonic() < deadline_s, f"{kept} of {values} kept"
        time.sleep(0.3)


def _up(settings: Settings, key: str | None = None) -> tuple[Installation, ApiClient, str]:
    key = key or built("first_key")(settings) or ""
    installation = Installation(settings)
    installation.start()
    return installation, ApiClient(f"http://127.0.0.1:{settings.http_port}", key), key


@pytest.mark.slow
def test_a_backup_of_a_running_service_goes_on(tmp_path: Path) -> None:
    """What was kept before the backup is there after the restore, with key and ledger; new readings join it."""
    settings = Settings(data=tmp_path / "a", http_port=free_port(), mqtt_port=free_port())
    installation, api, key = _up(settings)
    try:
        _await_kept(api, 0)  # ready: before its first session nobody holds messages for us
        _say(installation, 0, 300)
        _await_kept(api, 300)
        back_up(settings, tmp_path / "copy", 1)
        _say(installation, 300, 400)
    finally:
        installation.stop()

    restored = Settings(data=tmp_path / "b", http_port=free_port(), mqtt_port=free_port())
    restore(restored, tmp_path / "copy")
    installation, api, _ = _up(restored, key)
    try:
        _await_kept(api, 300)
        _say(installation, 1000, 1050)
        _await_kept(api, 350)
    finally:
        installation.stop()


def _made(tmp_path: Path) -> Settings:
    settings = Settings(data=tmp_path / "data")
    settings.data.mkdir()
    built("first_key")(settings)
    return settings


def test_a_damaged_backup_is_refused(tmp_path: Path) -> None:
    """One flipped byte, and nothing is restored."""
    settings = _made(tmp_path)
    back_up(settings, tmp_path / "copy", 1)
    copy = tmp_path / "copy" / "service.sqlite"
    body = bytearray(copy.read_bytes())
    body[len(body) // 2] ^= 1
    copy.write_bytes(body)

    with pytest.raises(BackupError, match="not what was backed up"):
        restore(Settings(data=tmp_path / "new"), tmp_path / "copy")

    assert not (tmp_path / "new" / "service.sqlite").exists()


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """Neither an older backup nor an installation."""
    settings = _made(tmp_path)
    back_up(settings, tmp_path / "copy", 1)

    with pytest.raises(BackupError, match="there already"):
        back_up(settings, tmp_path / "copy", 2)
    with pytest.raises(BackupError, match=r"holds service\.sqlite already"):
        restore(settings, tmp_path / "copy")


def test_what_is_no_backup_is_refused(tmp_path: Path) -> None:
    """An empty folder, a newer format, an empty data directory."""
    (tmp_path / "newer").mkdir()
    (tmp_path / "newer" / MANIFEST).write_text('{"format": 99, "sha256": {}}')

    with pytest.raises(BackupError, match="is no backup"):
        restore(Settings(data=tmp_path / "a"), tmp_path)
    with pytest.raises(BackupError, match="another version"):
        restore(Settings(data=tmp_path / "a"), tmp_path / "newer")
    with pytest.raises(BackupError, match="nothing to back up"):
        back_up(Settings(data=tmp_path / "empty"), tmp_path / "copy", 1)
