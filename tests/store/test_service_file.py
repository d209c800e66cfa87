"""The service database as a file: damaged, replaced, taken away."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from store.service import open_service
from tests.store.test_service import count_events, integrity, write_event


def _overwrite(offset: int, content: bytes) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        with path.open("r+b") as file:
            file.seek(offset)
            file.write(content)

    return damage


def _halve(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


@pytest.mark.parametrize(
    "damage",
    [
        _overwrite(0, b"not a database at all" * 50),
        _overwrite(4096, b"\xff" * 8192),
        _overwrite(100, b"\x07" * 300),
        _halve,
    ],
    ids=["header", "pages", "schema", "cut"],
)
def test_a_damaged_file_is_set_aside_and_named(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    """The service starts on a new file; the broken one is kept under a name that is reported, byte for byte."""
    path = tmp_path / "service.sqlite"
    database = open_service(path, 0)
    for _ in range(50):
        write_event(database)
    database.close()
    damage(path)
    broken = path.read_bytes()
    database = open_service(path, 123)
    assert database.set_aside is not None
    assert database.set_aside.kept_as == tmp_path / "service.sqlite.damaged-123"
    assert database.set_aside.kept_as.read_bytes() == broken
    assert database.set_aside.why
    assert count_events(database) == 0
    write_event(database)
    database.close()
    assert integrity(path) == "ok"
    again = open_service(path, 124)
    assert again.set_aside is None
    again.close()


def test_other_processes_follow_to_the_new_file(tmp_path: Path) -> None:
    """Who has the old file open when it is set aside writes to the new one from then on, not into the void."""
    path = tmp_path / "service.sqlite"
    first = open_service(path, 0)
    write_event(first)
    with first.writing() as connection:
        connection.exec_driver_sql("SELECT 1")
    for suffix in ("-wal", "-shm", ""):
        part = path.with_name(path.name + suffix)
        if part.exists():
            os.replace(part, path.with_name("aside" + suffix))
    second = open_service(path, 1)
    write_event(first)
    assert count_events(second) == 1
    assert count_events(first) == 1
    first.close()
    second.close()


def test_a_file_taken_away_is_missed_not_made_anew(tmp_path: Path) -> None:
    """Without its file the service says so; it does not go on in an empty one. Odd names of folders do no harm."""
    path = tmp_path / "a?b=c%20 #库" / "service.sqlite"
    database = open_service(path, 0)
    write_event(database)
    for part in path.parent.iterdir():
        part.unlink()
    for _ in range(2):
        with pytest.raises(OperationalError, match="unable to open"):
            count_events(database)
    assert not path.exists()
    open_service(path, 1).close()
    assert count_events(database) == 0
    database.close()
