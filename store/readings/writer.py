"""The writer: applies journal batches, each exactly once, and seals what is no longer recent."""

from __future__ import annotations

import logging
import os
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from ingest.nouns import US_PER_SECOND, Batch, Columns, LinkChange, NewSeries
from store import files
from store.files import Connection, SetAside
from store.readings import accounts, conflicts
from store.readings.cold import ColdWriter
from store.readings.columns import Ints, Mask, pack
from store.readings.errors import ColdTierDown, StoreDamaged, StoreFull, damage_named
from store.readings.judging import Outcome, judge
from store.readings.limits import Limits
from store.readings.questions import Questions
from store.readings.recent import Recent
from store.readings.schema import connect_writer, damage_mark, lock, transaction

RETRY_US = 5 * US_PER_SECOND
"""How long a cold tier that is down is left alone."""

_encode = msgspec.msgpack.Encoder().encode
log = logging.getLogger(__name__)


def open_file(path: Path) -> tuple[Connection, Recent]:
    """The writing connection and the mirror of what is recent: what has to be sound for a store to start."""
    con = connect_writer(path)
    recent = Recent()
    recent.follow(con)
    return con, recent


class Writer(Questions):
    """The one writer of a file of readings (`ReadingStore`).

    Raises StoreDamaged when the file proves damaged in use; opened again, it is set aside. Other database errors (disk
    full) change nothing, and the same call may be made again.
    """

    def __init__(
        self, path: Path, cold: Callable[[Connection], ColdWriter], now_us: int, limits: Limits | None = None
    ) -> None:
        self._path, self._limits = path, limits or Limits()
        self._lock = lock(path)
        (self._con, recent), self.set_aside = files.open_or_set_aside(path, open_file, now_us)
        self._recent: Recent = recent
        self._cold: ColdWriter = cold(self._con)
        self.waiting = ""
        """Why readings wait to be sealed, if they do."""
        self._tried_us = 0
        self._begin()

    set_aside: SetAside | None
    """The damaged file that was renamed, if there was one. The store is then empty and its position 0."""

    def _begin(self) -> None:
        """Take the state from the file."""
        self._recent.follow(self._con)
        chunks = self._con.execute("SELECT position, n, received_us FROM chunk ORDER BY position").fetchall()
        self._chunks = deque((position, n) for position, n, _ in chunks)
        recent = [(received_us) for position, _, received_us in chunks if position > self._recent.sealed]
        self._recent_chunks, self._oldest_us = len(recent), recent[0] if recent else None
        self._lines: Counter[accounts.Line] = Counter()
        for (packed,) in self._con.execute(
            "SELECT counts FROM chunk WHERE position > ?", (self._recent.sealed,)
        ):
            for gateway, hour_us, what, reason, n in map(msgspec.structs.astuple, accounts.unpack(packed)):
                self._lines[gateway, hour_us, what, reason] += n

    @contextmanager
    def _moment(self) -> Iterator[Connection]:
        with self._damage_marked():
            yield self._con

    @contextmanager
    def _damage_marked(self) -> Iterator[None]:
        try:
            with damage_named():
                yield
        except StoreDamaged:
            damage_mark(self._path).touch()
            raise

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        """A transaction; if it fails, the mirror in memory is what the file says."""
        try:
            with transaction(self._con):
                yield
        except files.DatabaseError:
            self._recent = Recent()
            self._begin()
            raise

    def begin_at(self, position: int, series: Sequence[NewSeries]) -> None:
        """Go on behind a journal position in a new file; `series` are those the journal knows."""
        with transaction(self._con):
            self._add_series(series)
            self._con.execute(
                "UPDATE meta SET value=? WHERE key IN ('position', 'sealed', 'feed_from')", (position,)
            )
        self._recent.follow(self._con)

    def apply(self, batches: Sequence[tuple[int, Batch]]) -> None:
        """Apply journal batches (position, batch) in order, in one commit; positions already applied change nothing.

        Raises ValueError if positions do not ascend, StoreFull while too much waits to be sealed.
        """
        positions = [position for position, _ in batches]
        if any(b <= a for a, b in pairwise(positions)):
            raise ValueError("journal positions must ascend")
        new = [batch for position, batch in batches if position > self._recent.position]
        if not new:
            return
        if self._recent.n >= self._limits.waiting_readings:
            self._try_to_seal(new[-1].received_us)
        if self._recent.n >= self._limits.waiting_readings:
            raise StoreFull(f"{self._recent.n} readings wait to be sealed")
        with self._damage_marked():
            self._apply(positions[-1], new)
            if (
                self._recent.n >= self._limits.recent_readings
                or self._recent_chunks >= self._limits.recent_chunks
            ):
                self._try_to_seal(new[-1].received_us)

    def _apply(self, position: int, batches: list[Batch]) -> None:
        with self._all_or_nothing():
            kept, lines = self._write(position, batches)
        self._recent.add(kept)
        self._recent.position = position
        self._lines.update(lines)
        self._chunks.append((position, len(kept)))
        self._recent_chunks += 1
        self._oldest_us = self._oldest_us or batches[0].received_us

    def _write(self, position: int, batches: list[Batch]) -> tuple[Columns, Counter[accounts.Line]]:
        """Everything of one apply, in the open transaction; returns the kept readings and the ledger lines."""
        arriving = Columns.concat([batch.columns() for batch in batches])
        judged = judge(arriving, self._recent, self._find)
        receipts, lane = accounts.lanes(batches)
        lane = lane[judged.arrival]
        disputed = conflicts.settle(self._con, judged, receipts, lane)
        lines = accounts.count(batches, judged, receipts, lane)
        is_kept = judged.outcome == Outcome.KEPT
        kept = judged.rows if is_kept.all() else conflicts.mark(judged.rows.take(is_kept), disputed)
        links = [link for batch in batches for link in batch.links]
        self._con.execute(
            "INSERT INTO chunk VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
            (
                position, batches[0].received_us, batches[-1].received_us, len(kept),
                _encode(links) if links else None, accounts.pack(lines), pack(disputed) or None, pack(kept) or None,
            ),
        )  # fmt: skip
        self._add_series([s for batch in batches for s in batch.new_series])
        self._add_links(links)
        accounts.keep_letters(self._con, [letter for batch in batches for letter in batch.dead_letters])
        self._con.execute("UPDATE meta SET value=? WHERE key='position'", (position,))
        return kept, lines

    def _find(self, series: NDArray[np.int32], time_us: Ints) -> tuple[Mask, Columns]:
        """Look up kept readings, recent ones first."""
        found, rows = self._recent.find(series, time_us)
        missing = np.flatnonzero(~found)
        if len(missing):
            found[missing], sealed = self._cold.find(series[missing], time_us[missing])
            rows.value[missing], rows.flags[missing] = sealed.value, sealed.flags
        return found, rows

    def _add_series(self, series: Sequence[NewSeries]) -> None:
        rows = [(s.id, s.gateway, s.device, s.quantity) for s in series]
        self._con.executemany("INSERT OR IGNORE INTO series VALUES(?, ?, ?, ?)", rows)

    def _add_links(self, links: list[LinkChange]) -> None:
        self._con.executemany(
            "INSERT INTO link VALUES(?, ?, ?) ON CONFLICT(gateway) DO UPDATE SET received_us=excluded.received_us,"
            " online=excluded.online WHERE excluded.received_us >= received_us",
            [(link.gateway, link.received_us, link.online) for link in links],
        )

    def _try_to_seal(self, now_us: int) -> None:
        """Seal what is recent; if the cold tier is down, it waits, and is not asked again for a while."""
        full = self._recent.n >= self._limits.waiting_readings
        if self.waiting and not full and 0 <= now_us - self._tried_us < RETRY_US:
            return
        self._tried_us = now_us
        try:
            self.seal(now_us)
        except ColdTierDown as error:
            if not self.waiting:
                log.warning("readings wait to be sealed: %s", error)
            self.waiting = str(error)
            return
        self.waiting = ""

    def seal(self, now_us: int) -> None:
        """Move recent readings to the cold tier and their counts to the ledger. May raise ColdTierDown."""
        with self._damage_marked(), self._all_or_nothing():
            if self._recent.n:
                self._cold.put(self._recent.rows(), now_us)
            self._recent.save_newest(self._con)
            accounts.post(self._con, self._lines)
            self._con.execute("UPDATE meta SET value=? WHERE key='sealed'", (self._recent.position,))
            self._trim_feed()
        self._recent.seal()
        self._lines.clear()
        self._recent_chunks, self._oldest_us = 0, None

    def _trim_feed(self) -> None:
        """Forget sealed chunks that lie further back than the feed has to reach."""
        n, cut = sum(n for _, n in self._chunks), 0
        while self._chunks and (
            n > self._limits.feed_readings or len(self._chunks) > self._limits.feed_chunks
        ):
            cut, dropped = self._chunks.popleft()
            n -= dropped
        if cut:
            self._con.execute("DELETE FROM chunk WHERE position <= ?", (cut,))
            self._con.execute("UPDATE meta SET value=? WHERE key='feed_from'", (cut,))

    def tend(self, now_us: int) -> None:
        """One small step of the housekeeping that is due; to be called after each apply and when idle."""
        with self._damage_marked():
            if self._oldest_us is not None and now_us - self._oldest_us >= self._limits.recent_age_us:
                self._try_to_seal(now_us)
            self._cold.tend(now_us)

    def close(self) -> None:
        """Release files and connections."""
        self._cold.close()
        self._con.close()
        os.close(self._lock)
