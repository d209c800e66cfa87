"""The file of messages for who looks: bounded, forgotten, and never in the way of ingest."""

from __future__ import annotations

from pathlib import Path

import pytest
from pysqlite3 import dbapi2 as sqlite

from ingest.nouns import Seen
from store.live_messages import (
    MOST_MESSAGES,
    MOST_WATCHED,
    WATCHED_US,
    LiveKeeper,
    LiveMessages,
    TooManyWatchedError,
)

HOUR_US = 3_600_000_000


class Clock:
    """A clock that stands until it is moved."""

    now_us = 1_795_248_000_000_000

    def __call__(self) -> int:
        """Now."""
        return self.now_us


def seen(gateway: str, received_us: int) -> Seen:
    """A message."""
    return Seen(received_us, gateway, "t", 1, False, False, 2, b"{}", "native", "", None, [], 0, [], 0)


def test_watching_ends_and_messages_are_forgotten(tmp_path: Path) -> None:
    """Ten minutes after the last question ingest looks no more, and an hour later nothing is left."""
    clock, path = Clock(), tmp_path / "live.sqlite"
    desk, keeper = LiveMessages(path, clock), LiveKeeper(path, clock)
    assert keeper.watched() == frozenset()
    assert not keeper.keep([seen("g1", 1)])
    assert not path.exists()
    assert desk.newest("g1") == []
    assert desk.watch("g1") == clock.now_us + WATCHED_US
    assert keeper.watched() == {"g1"}
    assert keeper.keep([seen("g1", n) for n in range(1, MOST_MESSAGES + 51)])
    rows = desk.newest("g1", None, 1_000)
    assert [row.received_us for row in rows] == list(range(MOST_MESSAGES + 50, 50, -1))
    assert [row.received_us for row in desk.newest("g1", 60, 3)] == [59, 58, 57]
    assert [row.received_us for row in desk.since("g1", MOST_MESSAGES + 47)] == [
        MOST_MESSAGES + n for n in (48, 49, 50)
    ]
    assert desk.newest("g2") == []
    clock.now_us += WATCHED_US + 1
    assert keeper.watched() == frozenset()
    clock.now_us += HOUR_US
    desk.watch("g2")
    assert desk.newest("g1") == []


def test_only_so_many_are_watched(tmp_path: Path) -> None:
    """Asking again for one that is watched is always possible."""
    clock = Clock()
    desk = LiveMessages(tmp_path / "live.sqlite", clock)
    for n in range(MOST_WATCHED):
        desk.watch(f"g{n}")
    with pytest.raises(TooManyWatchedError):
        desk.watch("more")
    desk.watch("g0")
    clock.now_us += WATCHED_US
    desk.watch("more")


def test_ingest_never_waits_for_a_lock(tmp_path: Path) -> None:
    """A file that another holds is left alone until later."""
    clock, path = Clock(), tmp_path / "live.sqlite"
    LiveMessages(path, clock).watch("g1")
    keeper = LiveKeeper(path, clock)
    assert keeper.watched() == {"g1"}
    holder = sqlite.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    assert not keeper.keep([seen("g1", 1)])
    holder.execute("COMMIT")
    holder.close()
    assert keeper.watched() == {"g1"}
    assert keeper.keep([seen("g1", 1)])


@pytest.mark.parametrize("damage", ["noise", "gone", "folder"])
def test_a_damaged_or_lost_file_is_made_anew(tmp_path: Path, damage: str) -> None:
    """By who looks; ingest meanwhile sees nobody, and finds the new one by itself."""
    clock, path = Clock(), tmp_path / "live.sqlite"
    desk, keeper = LiveMessages(path, clock), LiveKeeper(path, clock)
    desk.watch("g1")
    assert keeper.watched() == {"g1"}
    for part in tmp_path.iterdir():
        part.unlink()
    if damage == "noise":
        path.write_bytes(b"noise" * 1000)
    if damage == "folder":
        path.mkdir()
    assert keeper.watched() == frozenset()
    assert not keeper.keep([seen("g1", 1)])
    if damage == "folder":
        path.rmdir()
    desk.watch("g1")
    assert keeper.watched() == {"g1"}
    assert keeper.keep([seen("g1", 1)])
    assert len(desk.newest("g1")) == 1
