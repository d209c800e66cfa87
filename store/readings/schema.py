"""The file of readings: its tables, its format number, and how it is opened."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pysqlite3 import dbapi2 as sqlite

from store import files
from store.files import Connection, NewerFormat
from store.readings.errors import StoreAbsent

FORMAT = 1
"""Grows when an older program could no longer read the file."""
PAGE_SIZE = 8192

TABLES = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE series(id INTEGER PRIMARY KEY, gateway TEXT NOT NULL, device TEXT NOT NULL, quantity TEXT NOT NULL);

-- What one apply changed: the feed of detect, and the home of its readings and counts until they are sealed.
CREATE TABLE chunk(position INTEGER PRIMARY KEY, first_received_us INTEGER NOT NULL, received_us INTEGER NOT NULL,
    n INTEGER NOT NULL, links BLOB, counts BLOB, disputed BLOB, kept BLOB);

-- Sealed readings: a run is one UTC day's readings sorted by (series, time), cut into pages; runs of a day share no key.
CREATE TABLE run(id INTEGER PRIMARY KEY, day INTEGER NOT NULL, n INTEGER NOT NULL, first_us INTEGER NOT NULL,
    last_us INTEGER NOT NULL, made_us INTEGER NOT NULL, pages BLOB NOT NULL, hours BLOB NOT NULL);
CREATE INDEX run_day ON run(day);
CREATE TABLE page(id INTEGER PRIMARY KEY, keys BLOB NOT NULL, vals BLOB NOT NULL, flags BLOB NOT NULL);
CREATE TABLE hours(id INTEGER PRIMARY KEY, columns BLOB NOT NULL);

CREATE TABLE latest(block INTEGER PRIMARY KEY, columns BLOB NOT NULL);
CREATE TABLE conflict(series INTEGER, time_us INTEGER, bits INTEGER, received_us INTEGER NOT NULL, gateway TEXT NOT NULL,
    PRIMARY KEY(series, time_us, bits)) WITHOUT ROWID;
CREATE TABLE ledger(gateway TEXT, hour_us INTEGER, what TEXT, reason TEXT, n INTEGER NOT NULL,
    PRIMARY KEY(gateway, hour_us, what, reason)) WITHOUT ROWID;
CREATE INDEX ledger_hour ON ledger(hour_us);
CREATE TABLE dead_letter(id INTEGER PRIMARY KEY AUTOINCREMENT, received_us INTEGER NOT NULL, gateway TEXT NOT NULL,
    topic TEXT NOT NULL, reason TEXT NOT NULL, detail TEXT NOT NULL, payload BLOB NOT NULL, size INTEGER NOT NULL);
CREATE INDEX dead_letter_gateway ON dead_letter(gateway, id);
CREATE TABLE link(gateway TEXT PRIMARY KEY, received_us INTEGER NOT NULL, online INTEGER NOT NULL) WITHOUT ROWID;
"""
META = {"format": FORMAT, "position": 0, "sealed": 0, "feed_from": 0}
"""position: last applied; sealed: chunks up to here lie in runs too; feed_from: chunks up to here may be gone."""
MALFORMED = "database disk image is malformed"


def connect_reader(path: Path) -> Connection:
    """A read-only connection. Raises StoreAbsent, NewerFormat."""
    try:
        con = sqlite.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None, check_same_thread=False)
        con.execute(f"PRAGMA busy_timeout={files.BUSY_TIMEOUT_MS}")
        check_format(con)
    except files.OperationalError as error:
        raise StoreAbsent(f"{path}: {error}") from error
    return con


def connect_writer(path: Path) -> Connection:
    """The writing connection. Raises NewerFormat, and DatabaseError where the file is (or was found to be) damaged."""
    if damage_mark(path).exists():
        damage_mark(path).unlink()
        raise files.DatabaseError(MALFORMED)
    con = sqlite.connect(str(path), isolation_level=None, check_same_thread=False)
    con.executescript(
        f"PRAGMA busy_timeout={files.BUSY_TIMEOUT_MS}; PRAGMA page_size={PAGE_SIZE}; PRAGMA auto_vacuum=INCREMENTAL;"
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA journal_size_limit=67108864;"
    )
    if con.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0:
        rows = ",".join(f"('{key}',{value})" for key, value in META.items())
        con.executescript(f"BEGIN IMMEDIATE; {TABLES} INSERT INTO meta VALUES {rows}; COMMIT;")
    check_format(con)
    _look_over(con)
    return con


def check_format(con: Connection) -> None:
    """Raise NewerFormat if a newer program wrote this file."""
    found = meta(con).get("format")
    if found is None:
        raise files.DatabaseError(MALFORMED)
    if found > FORMAT:
        raise NewerFormat(
            f"format {found} of the readings file is newer than {FORMAT}: use the newer program"
        )


def _look_over(con: Connection) -> None:
    """Touch what every start needs, so that damage there shows now; a full check would read the whole file."""
    for table in ("series", "run", "latest", "link"):
        con.execute(f"SELECT count(*) FROM {table} NOT INDEXED").fetchone()
    for table in ("page", "hours", "dead_letter"):
        con.execute(f"SELECT max(id), min(id) FROM {table}").fetchone()


def meta(con: Connection) -> dict[str, int]:
    """All of the file's own numbers."""
    return dict(con.execute("SELECT key, value FROM meta").fetchall())


@contextmanager
def transaction(con: Connection) -> Iterator[None]:
    """One write transaction: all of it, or nothing."""
    con.execute("BEGIN IMMEDIATE")
    try:
        yield
        con.execute("COMMIT")
    except BaseException:
        if con.in_transaction:
            con.execute("ROLLBACK")
        raise


def lock(path: Path) -> int:
    """Hold the file for one writer until the answered descriptor is closed. Raises StoreAbsent if another holds it."""
    holder = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(holder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(holder)
        raise StoreAbsent(f"{path} is being written by another process") from error
    return holder


def damage_mark(path: Path) -> Path:
    """The file whose presence says that `path` was found damaged while it was in use."""
    return path.with_name(path.name + ".damaged")
