"""A backup made beside a busy installation is whole, and a restored one goes on."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from bench.postgres import PostgresServer
from keepwell.backup import MANIFEST, BackupError, back_up, restore
from keepwell.client import ApiClient
from keepwell.processes import Installation, built
from keepwell.settings import Settings
from registry.nouns import uuid7
from simulators.link import Link, parse_broker
from store import events
from store.repositories import desk
from store.service import Place, open_service
from store.tables import metadata
from store.tables.tickets import tickets
from tests.places import Places
from tests.ports import free_port
from tests.tickets.desk import T0, Somewhere, finding, opened
from tickets.policy import load
from tickets.raising import Raising

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
def test_a_backup_of_a_running_service_goes_on(tmp_path: Path, places: Places) -> None:
    """What was kept before the backup is there after the restore, with key and ledger; new readings join it."""
    settings = Settings(
        data=tmp_path / "a", http_port=free_port(), mqtt_port=free_port(), service_url=_url(places)
    )
    installation, api, key = _up(settings)
    try:
        _await_kept(api, 0)  # ready: before its first session nobody holds messages for us
        _say(installation, 0, 300)
        _await_kept(api, 300)
        back_up(settings, tmp_path / "copy", 1)
        _say(installation, 300, 400)
    finally:
        installation.stop()

    restored = Settings(
        data=tmp_path / "b", http_port=free_port(), mqtt_port=free_port(), service_url=_url(places)
    )
    restore(restored, tmp_path / "copy", 1)
    installation, api, _ = _up(restored, key)
    try:
        _await_kept(api, 300)
        _say(installation, 1000, 1050)
        _await_kept(api, 350)
    finally:
        installation.stop()


def _url(places: Places) -> str:
    place = places.new()
    return place if isinstance(place, str) else ""


def _desk(place: Place) -> None:
    """Findings, tickets, one merged into a later one (a reference against the order), sealed events."""
    database, raising = open_service(place, T0), Raising(load(), Somewhere(), uuid7)
    with database.writing() as connection:
        opened_by = desk.record(connection, opened(finding("cause:a"), finding("cause:b")), raising, T0)
        first, second = sorted((one.ticket for one in opened_by), key=lambda ticket: ticket.id)
        connection.execute(update(tickets).where(tickets.c.id == first.id).values(merged_into=second.id))
        events.seal(connection)
        desk.record(connection, opened(finding("cause:c")), raising, T0)
    database.close()


def _rows(place: Place) -> dict[str, list[Any]]:
    database = open_service(place, T0)
    with database.reading() as connection:
        found = {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in metadata.sorted_tables
        }
        assert events.verify(connection).broken is None
    database.close()
    return found


def test_the_service_database_goes_from_one_engine_to_the_other_and_back(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    """Every row of every table is the same in the backup of either engine, restored into either; the chain stays whole."""
    places = Places(tmp_path, postgres)
    url, again, file = str(places.ready()), str(places.ready()), tmp_path / "file"
    _desk(url)
    before = _rows(url)
    assert before["ticket"]
    assert before["event"]
    back_up(Settings(data=tmp_path / "none", service_url=url), tmp_path / "one", 1)
    restore(Settings(data=file), tmp_path / "one", 1)
    assert _rows(file / "service.sqlite") == before
    back_up(Settings(data=file), tmp_path / "two", 1)
    other = Settings(data=tmp_path / "other", service_url=again)
    restore(other, tmp_path / "two", 1)
    assert _rows(again) == before
    assert not other.service_file.exists()
    with pytest.raises(OSError, match="holds an installation already"):
        restore(Settings(data=tmp_path / "third", service_url=url), tmp_path / "two", 1)
    assert [path.name for path in (tmp_path / "third").iterdir() if path.is_file()] == []
    places.drop()


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
        restore(Settings(data=tmp_path / "new"), tmp_path / "copy", 1)

    assert not (tmp_path / "new" / "service.sqlite").exists()


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """Neither an older backup nor an installation."""
    settings = _made(tmp_path)
    back_up(settings, tmp_path / "copy", 1)

    with pytest.raises(BackupError, match="there already"):
        back_up(settings, tmp_path / "copy", 2)
    with pytest.raises(BackupError, match=r"holds service\.sqlite already"):
        restore(settings, tmp_path / "copy", 1)


def test_what_is_no_backup_is_refused(tmp_path: Path) -> None:
    """An empty folder, a newer format, an empty data directory."""
    (tmp_path / "newer").mkdir()
    (tmp_path / "newer" / MANIFEST).write_text('{"format": 99, "sha256": {}}')

    with pytest.raises(BackupError, match="is no backup"):
        restore(Settings(data=tmp_path / "a"), tmp_path, 1)
    with pytest.raises(BackupError, match="another version"):
        restore(Settings(data=tmp_path / "a"), tmp_path / "newer", 1)
    with pytest.raises(BackupError, match="nothing to back up"):
        back_up(Settings(data=tmp_path / "empty"), tmp_path / "copy", 1)
