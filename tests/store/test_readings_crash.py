"""The file of readings under kill -9, damage, a newer format, a second writer and readers that ask all the time."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path

import numpy as np
import pytest
from pysqlite3 import dbapi2 as sqlite

from ingest.nouns import US_PER_DAY, NewSeries
from store.readings import Limits, NewerFormat, Reader, StoreAbsent, StoreDamaged, open_reader, open_store
from tests.store.contract import START_US, Oracle, Row, assert_same, batch, received_us, tuples, value_lines
from tests.store.writing_process import LAST, rows_of

KILLS = 30
NOW_US = START_US + 100 * US_PER_DAY
ROOT = Path(__file__).parents[2]


def start_writer(path: Path) -> subprocess.Popen[bytes]:
    """The writing process."""
    return subprocess.Popen([sys.executable, "-m", "tests.store.writing_process", str(path)], cwd=ROOT)


def test_kill_at_any_moment(tmp_path: Path) -> None:
    """kill -9 at 30 random moments: each time the file is the story up to its position, and going on ends it well."""
    path, chance = tmp_path / "readings.sqlite", random.Random(2)
    positions, oracle = [0], Oracle()
    for _ in range(KILLS):
        writer = start_writer(path)
        wait_for(path, min(positions[-1] + chance.randint(1, LAST // KILLS), LAST), writer)
        time.sleep(chance.random() * 0.01)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        positions.append(position_of(open_reader(path)))
        for position in range(positions[-2] + 1, positions[-1] + 1):
            oracle.apply(rows_of(position), received_us(position))
        assert_position_and_all(path, oracle)
    assert len(set(positions)) > KILLS // 2
    assert start_writer(path).wait(timeout=60) == 0
    for position in range(positions[-1] + 1, LAST + 1):
        oracle.apply(rows_of(position), received_us(position))
    assert_same(open_reader(path), oracle)


def assert_position_and_all(path: Path, oracle: Oracle) -> None:
    """A store opened after the crash has the oracle's readings and counts."""
    store = open_store(path, now_us=0)
    assert tuples(store.range(range(41), 0, NOW_US)) == oracle.readings(range(41), 0, NOW_US)
    assert value_lines(store) == dict(oracle.ledger)
    assert tuples(store.latest()) == oracle.latest()
    store.close()


def position_of(reader: Reader) -> int:
    """How far the file is."""
    try:
        return reader.position()
    except StoreAbsent:
        return 0


def wait_for(path: Path, position: int, writer: subprocess.Popen[bytes]) -> None:
    """Wait until the file has reached a position; fail if it has not within a minute."""
    end, reader = time.monotonic() + 60, open_reader(path)
    while position_of(reader) < position:
        assert time.monotonic() < end
        assert writer.poll() in {None, 0}
        time.sleep(0.003)
    reader.close()


def ask_all_the_time(path: Path, ready: Barrier, stop: Event, answers) -> None:
    """A reader in its own process: every answer must be consistent in itself, and follow the position."""
    reader, asked, wrong = open_reader(path), 0, []
    ready.wait(timeout=60)
    while not stop.is_set():
        rows = reader.range(range(10), START_US, NOW_US)
        latest = reader.latest()
        buckets = reader.aggregate(range(10), START_US, START_US + 2 * US_PER_DAY, 48)
        sizes = np.bincount(rows.series, minlength=10)
        if len(rows) and not (sizes == sizes[0]).all():
            wrong.append(f"readings of one commit torn apart: {sizes}")
        if len(np.unique(latest.time_us)) > 1:
            wrong.append("latest torn apart")
        counts = buckets.count.sum(axis=1)
        if not (counts == counts[0]).all() or counts[0] < sizes[0]:
            wrong.append(f"aggregate torn apart: {counts} after {sizes[0]}")
        asked += 1
    answers.put((asked, wrong))


def test_readers_see_whole_commits(tmp_path: Path) -> None:
    """Two readers in other processes, while the writer applies, seals, merges and trims: never half a commit."""
    path = tmp_path / "readings.sqlite"
    limits = Limits(recent_readings=300, recent_chunks=30, feed_readings=500)
    store = open_store(path, now_us=0, limits=limits)
    context = multiprocessing.get_context("spawn")
    ready, stop, answers = context.Barrier(3), context.Event(), context.Queue()
    readers = [context.Process(target=ask_all_the_time, args=(path, ready, stop, answers)) for _ in range(2)]
    for reader in readers:
        reader.start()
    ready.wait(timeout=60)
    end, position = time.monotonic() + 4, 0
    while time.monotonic() < end:
        position += 1
        when = START_US + position * 10_000_000
        store.apply([(position, batch([Row(s, when, float(position)) for s in range(10)], when))])
        store.tend(when)
    stop.set()
    found = [answers.get(timeout=30) for _ in readers]
    for reader in readers:
        reader.join(timeout=30)
    assert [wrong for _, wrong in found] == [[], []]
    assert min(asked for asked, _ in found) > 10
    store.close()


def filled(path: Path) -> None:
    """A file with sealed and recent readings."""
    store = open_store(path, now_us=0)
    for position in range(1, 41):
        rows = [Row(s, START_US + position * 1_000_000, s / 7) for s in range(300)]
        store.apply([(position, batch(rows, received_us(position)))])
        if position == 30:
            store.seal(0)
    store.close()


@pytest.mark.parametrize("harm", ["header", "schema", "cut", "text"])
def test_damaged_file_is_set_aside(tmp_path: Path, harm: str) -> None:
    """A file that cannot be read at the start is renamed and named; a new one begins where the caller says."""
    path = tmp_path / "readings.sqlite"
    filled(path)
    if harm == "text":
        path.write_text("not a database at all, but long enough to look at\n" * 100)
    else:
        with path.open("r+b") as file:
            file.seek({"header": 0, "schema": 100, "cut": 0}[harm])
            file.write(b"\xff" * 60) if harm != "cut" else file.truncate(3 * 8192)
    store = open_store(path, now_us=77)
    assert store.set_aside is not None
    assert store.set_aside.kept_as.exists()
    assert (store.position(), len(store.latest())) == (0, 0)
    store.begin_at(30, [NewSeries(1, "g", "g/d", "temperature")])
    store.apply([(30, batch([Row(1, START_US, 1.0)], 1)), (31, batch([Row(1, START_US, 2.0)], 1))])
    assert tuples(store.latest()) == [(1, START_US, 2.0, 0)]
    assert store.feed(29) is None
    assert len(store.series()) == 1
    store.close()
    again = open_store(path, now_us=78)
    assert (again.set_aside, again.position()) == (None, 31)
    again.close()


def test_damage_found_in_use(tmp_path: Path) -> None:
    """A page that proves damaged in use stops the writer by name; its next start sets the file aside."""
    path = tmp_path / "readings.sqlite"
    filled(path)
    con = sqlite.connect(path)
    con.execute("UPDATE page SET keys = CAST(substr(keys, 1, 20) || 'something else altogether' AS BLOB)")
    con.commit()
    con.close()
    store = open_store(path, now_us=0)
    with pytest.raises(StoreDamaged):
        store.apply([(41, batch([Row(5, START_US + 1_000_000, 9.0)], 1))])
    store.close()
    store = open_store(path, now_us=5)
    assert store.set_aside is not None
    store.close()


def test_reader_follows_a_new_file(tmp_path: Path) -> None:
    """A reader answers StoreAbsent before there is a file, and goes over to the new one when the old was set aside."""
    path = tmp_path / "readings.sqlite"
    reader = open_reader(path)
    with pytest.raises(StoreAbsent):
        reader.position()
    filled(path)
    assert (reader.position(), len(reader.latest())) == (40, 300)
    path.write_bytes(b"x" * 10_000)
    for end in ("-wal", "-shm"):
        Path(f"{path}{end}").unlink(missing_ok=True)
    store = open_store(path, now_us=1)
    store.apply([(3, batch([Row(2, START_US, 2.0)], 1))])
    assert (reader.position(), len(reader.latest())) == (3, 1)
    store.close()


def test_newer_format_is_refused(tmp_path: Path) -> None:
    """A file of a newer program is left alone."""
    path = tmp_path / "readings.sqlite"
    filled(path)
    con = sqlite.connect(path)
    con.execute("UPDATE meta SET value = 99 WHERE key = 'format'")
    con.commit()
    con.close()
    with pytest.raises(NewerFormat):
        open_store(path, now_us=0)
    with pytest.raises(NewerFormat):
        open_reader(path).position()
    assert sorted(p.name for p in tmp_path.iterdir() if "damaged" in p.name) == []


def test_one_writer(tmp_path: Path) -> None:
    """A second writer is refused as long as the first holds the file."""
    path = tmp_path / "readings.sqlite"
    first = open_store(path, now_us=0)
    with pytest.raises(StoreAbsent):
        open_store(path, now_us=0)
    first.close()
    open_store(path, now_us=0).close()


def test_full_disk_changes_nothing(tmp_path: Path) -> None:
    """An apply that finds the disk full leaves no trace, and the same call works once there is room."""
    path = tmp_path / "readings.sqlite"
    filled(path)
    store = open_store(path, now_us=0)
    before = tuples(store.latest())
    rows = [Row(s, START_US + US_PER_DAY + i, s / 3) for s in range(300) for i in range(200)]
    pages = store._con.execute("PRAGMA page_count").fetchone()[0]
    store._con.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(sqlite.OperationalError, match="full"):
        store.apply([(41, batch(rows, 1))])
    assert (store.position(), tuples(store.latest())) == (40, before)
    store._con.execute("PRAGMA max_page_count=1000000")
    store.apply([(41, batch(rows, 1))])
    assert len(store.range(range(300), START_US + US_PER_DAY, NOW_US)) == len(rows)
    store.close()


def test_retention_drops_days_and_gives_space_back(tmp_path: Path) -> None:
    """Days whose time is over are gone from every answer but `latest`, and the file shrinks."""
    path = tmp_path / "readings.sqlite"
    limits = Limits(recent_readings=1, feed_readings=0, feed_chunks=1)
    store = open_store(path, now_us=0, retention_days=10, limits=limits)
    values = np.random.default_rng(1).normal(size=60_000)
    for day in range(20):
        start = START_US + day * US_PER_DAY
        rows = [Row(i % 100, start + i * 1_000, float(values[(i + day) % 60_000])) for i in range(40_000)]
        store.apply([(day + 1, batch([*rows, Row(1, start + 1_000, 5.0)], start))])
    store._con.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = path.stat().st_size
    for _ in range(300):
        store.tend(START_US + 20 * US_PER_DAY)
    store._con.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    first = START_US + 10 * US_PER_DAY
    assert store.range(range(100), 0, NOW_US).time_us.min() == first
    assert min(c.time_us for c in store.conflicts(range(100), 0, NOW_US)) >= first
    assert store.aggregate([1], START_US, NOW_US, 110).count[0, :10].sum() == 0
    assert path.stat().st_size < before * 0.8
    assert os.path.exists(path)
    store.close()
