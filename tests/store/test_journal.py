"""The journal when its file proves damaged or is replaced under a reader."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.nouns import Batch
from store import files
from store.journal import Journal, JournalReader, open_journal


def batch(received_us: int, payload: bytes = b"") -> Batch:
    """A batch that carries nothing but so many bytes."""
    return Batch(received_us, payload, b"", b"", b"", b"", [], [], [], [], [])


def filled(path: Path, batches: int = 50) -> Journal:
    """A journal of many pages, all of them in the file itself."""
    journal = Journal(path)
    for n in range(1, batches + 1):
        journal.append(batch(n, b"x" * 40_000))
    return journal


def overwrite(path: Path, first: int, last: int) -> None:
    """Spoil a part of the file."""
    with path.open("r+b") as file:
        file.seek(first)
        file.write(b"\xa5" * (last - first))


def test_reader_follows_a_journal_that_was_set_aside(tmp_path: Path) -> None:
    """A reader that was open before sees what the new file holds, not the end of the old one for ever."""
    path = tmp_path / "journal.sqlite"
    filled(path, 3).close()
    reader = JournalReader(path)
    assert reader.last()[0] == 3
    overwrite(path, 0, 4096)
    journal, set_aside = open_journal(path, 77)
    assert set_aside is not None
    assert set_aside.kept_as.exists()
    journal.adopt([], 1000)
    assert journal.append(batch(9)) == 1001
    assert [position for position, _ in reader.read(3)] == [1001]
    reader.close()
    journal.close()


def test_damage_that_a_reader_finds_makes_the_writer_begin_anew(tmp_path: Path) -> None:
    """The writer never reads what it wrote: it learns from the reader, stops by name, and its next start sets aside."""
    path = tmp_path / "journal.sqlite"
    filled(path).close()
    size = path.stat().st_size
    overwrite(path, size // 3, size // 2)
    journal, set_aside = open_journal(path, 77)
    assert set_aside is None, "a start looks at the beginning only"
    reader = JournalReader(path)
    with pytest.raises(files.DatabaseError):
        reader.read(0, most_bytes=1 << 30)
    with pytest.raises(files.DatabaseError, match="proved damaged"):
        journal.forget(0, 0)
    journal.close()
    journal, set_aside = open_journal(path, 78)
    assert set_aside is not None
    assert reader.read(0) == []
    assert journal.append(batch(1)) == 1
    journal.close()
    reader.close()


def test_a_journal_that_is_being_made_holds_nothing_yet(tmp_path: Path) -> None:
    """A reader that comes before its tables are there says so; the same reader sees what comes then."""
    path = tmp_path / "journal.sqlite"
    files.connect(path).close()
    reader = JournalReader(path)
    assert (reader.last(), reader.read(0), reader.series()) == ((0, 0), [], [])
    journal = Journal(path)
    position = journal.append(batch(7))
    assert reader.last() == (position, 7)
