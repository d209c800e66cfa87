"""Questions about kept readings: sealed and recent ones together, with what is known of conflicts laid over them."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager

import msgspec
import numpy as np
from numpy.typing import NDArray

from ingest.nouns import US_PER_DAY, US_PER_HOUR, Columns, LinkChange
from store.files import Connection
from store.nouns import Buckets, Conflict, Feed, LedgerLine, SeriesInfo, StoredDeadLetter
from store.readings import accounts, conflicts
from store.readings.buckets import Grid, Tally, grid
from store.readings.cold import ColdTier
from store.readings.columns import distinct, merged, unpack
from store.readings.recent import Recent
from store.readings.schema import meta

_decode_links = msgspec.msgpack.Decoder(tuple[LinkChange, ...]).decode


class Questions:
    """What writer and readers answer alike. Each question sees one moment of the file."""

    _recent: Recent
    _cold: ColdTier

    def _moment(self) -> AbstractContextManager[Connection]:
        """A connection in a read transaction, with the mirror of recent readings in step."""
        raise NotImplementedError

    def series(self) -> list[SeriesInfo]:
        """All series, by number."""
        with self._moment() as con:
            rows = con.execute("SELECT id, gateway, device, quantity FROM series ORDER BY id")
            return [SeriesInfo(*row) for row in rows]

    def position(self) -> int:
        """The last journal position applied."""
        with self._moment() as con:
            return meta(con)["position"]

    def latest(self, series: Sequence[int] | None = None) -> Columns:
        """The newest reading of each series (of all, or of those named), by series number."""
        with self._moment() as con:
            rows = self._recent.latest(None if series is None else _ascending(series))
            return conflicts.mark(rows, conflicts.disputed_among(con, rows))

    def range(self, series: Sequence[int], start_us: int, end_us: int, limit: int | None = None) -> Columns:
        """Readings with start_us <= time < end_us, sorted by (series, time); at most `limit`, the first ones."""
        with self._moment() as con:
            if limit is None:
                return self._read(con, _ascending(series), start_us, end_us)
            parts = [Columns.empty()]
            for part in self._piecemeal(con, _ascending(series), start_us, end_us):
                parts.append(part.take(slice(limit)))
                limit -= len(parts[-1])
                if limit <= 0:
                    break
            return Columns.concat(parts)

    def _piecemeal(
        self, con: Connection, series: NDArray[np.int32], start_us: int, end_us: int
    ) -> Iterator[Columns]:
        """The same readings, series by series, in intervals that grow from a day."""
        for number in series:
            one = np.array([number], np.int32)
            low, width = start_us, US_PER_DAY
            while low < end_us:
                high = min(low + width, end_us)
                yield self._read(con, one, low, high)
                low, width = high, width * 2

    def _read(self, con: Connection, series: NDArray[np.int32], start_us: int, end_us: int) -> Columns:
        if start_us >= end_us or not len(series):
            return Columns.empty()
        sealed = self._cold.read(series, start_us, end_us)
        rows = distinct(merged([*sealed, *self._recent.read(series, start_us, end_us)]))
        return conflicts.mark(rows, conflicts.disputed_keys(con, series, start_us, end_us))

    def aggregate(self, series: Sequence[int], start_us: int, end_us: int, buckets: int) -> Buckets:
        """min/mean/max of each series (ascending) over at most `buckets` equal intervals covering [start_us, end_us).

        Intervals of an hour or more are rounded up to whole hours and the start down to one, so that hourly figures
        serve; the answer says what was used. The last interval is whole, even if it ends after `end_us`.
        Raises ValueError for an empty interval or more than five million buckets in all.
        """
        over, asked = grid(start_us, end_us, buckets), _ascending(series)
        tally = Tally(asked, over)
        with self._moment() as con:
            if over.by_hour:
                self._tally_hours(con, tally, asked, over)
            else:
                tally.readings(self._read(con, asked, over.start_us, over.end_us))
        return tally.buckets()

    def _tally_hours(self, con: Connection, tally: Tally, series: NDArray[np.int32], over: Grid) -> None:
        """Fill in hourly figures, but look at the readings where they are recent or where one of the hour is disputed."""
        disputed = conflicts.disputed_keys(con, series, over.start_us, over.end_us)
        of_series, hour_us, hours = self._cold.hours(series, over.start_us, over.end_us)
        rows = merged(self._recent.read(series, over.start_us, over.end_us))
        spoilt = _hours_of(merged([disputed, rows]) if self._cold.may_repeat_recent else disputed)
        if len(spoilt):
            sound = ~np.isin(_pairs(of_series, hour_us), _pairs(spoilt.series, spoilt.time_us))
            of_series, hour_us, hours = of_series[sound], hour_us[sound], hours.take(sound)
            rows = distinct(merged([self._sealed_of(spoilt), rows]))
        tally.readings(conflicts.mark(rows, disputed))
        tally.hours(of_series, hour_us, hours)

    def _sealed_of(self, hours: Columns) -> Columns:
        """The sealed readings of these (series, hour)."""
        parts = []
        for number in np.unique(hours.series):
            hour_us = hours.time_us[hours.series == number]
            for part in self._cold.read(
                np.array([number], np.int32), int(hour_us[0]), int(hour_us[-1]) + US_PER_HOUR
            ):
                parts.append(part.take(np.isin(part.time_us // US_PER_HOUR * US_PER_HOUR, hour_us)))
        return merged(parts)

    def feed(self, after: int, max_readings: int = 200_000) -> builtins.list[Feed] | None:
        """What each apply behind position `after` changed, in order; None if that is no longer held.

        None too if `after` lies ahead of the store, which then was begun anew. The answer ends with the apply that
        reaches `max_readings`.
        """
        found: list[Feed] = []
        with self._moment() as con:
            numbers = meta(con)
            if after < numbers["feed_from"] or after > numbers["position"]:
                return None
            rows = con.execute(
                "SELECT position, first_received_us, received_us, n, links, disputed, kept FROM chunk"
                " WHERE position > ? ORDER BY position",
                (after,),
            )
            for position, first_us, received_us, n, links, disputed, kept in rows:
                changes = _decode_links(links) if links else ()
                found.append(Feed(position, received_us, unpack(kept), unpack(disputed), changes, first_us))
                max_readings -= n
                if max_readings <= 0:
                    break
            rows.close()
        return found

    def conflicts(self, series: Sequence[int], start_us: int, end_us: int) -> builtins.list[Conflict]:
        """The values kept beside disputed readings."""
        with self._moment() as con:
            return conflicts.read(con, _ascending(series), start_us, end_us)

    def ledger(self, gateway: str | None, start_us: int, end_us: int) -> builtins.list[LedgerLine]:
        """Ledger lines of the hours of receipt in [start_us, end_us), by gateway and hour."""
        with self._moment() as con:
            return accounts.read(con, self._recent.sealed, gateway, start_us, end_us)

    def dead_letters(
        self, gateway: str | None, before_id: int | None, limit: int
    ) -> builtins.list[StoredDeadLetter]:
        """Newest first, ids below `before_id`."""
        with self._moment() as con:
            return accounts.read_letters(con, gateway, before_id, limit)

    def dead_letter(self, id: int) -> StoredDeadLetter | None:
        """One dead letter."""
        with self._moment() as con:
            return next(iter(accounts.read_letters(con, None, None, 1, id)), None)

    def links(self) -> builtins.list[LinkChange]:
        """What each gateway said last of being online."""
        with self._moment() as con:
            rows = con.execute("SELECT gateway, received_us, online FROM link ORDER BY gateway")
            return [LinkChange(gateway, received_us, bool(online)) for gateway, received_us, online in rows]


def _ascending(series: Sequence[int]) -> NDArray[np.int32]:
    return np.unique(np.asarray(series, np.int32))


def _hours_of(rows: Columns) -> Columns:
    """One place per (series, hour) of the sorted readings."""
    hour_us = rows.time_us // US_PER_HOUR * US_PER_HOUR
    new = np.ones(len(hour_us), bool)
    new[1:] = (np.diff(hour_us) != 0) | (np.diff(rows.series) != 0)
    return Columns(rows.series[new], hour_us[new], rows.value[new], rows.flags[new])


def _pairs(series: NDArray[np.int32], hour_us: NDArray[np.int64]) -> NDArray[np.int64]:
    """(series, hour) as one number."""
    return (series.astype(np.int64) << 32) + hour_us // US_PER_HOUR
