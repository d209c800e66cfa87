"""Sealed readings in InfluxDB: written as ready-made lines, read by InfluxQL (1.x, 2.x and 3.x understand it)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import numpy as np
from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.client.write_api import SYNCHRONOUS
from influxdb_client.domain.write_precision import WritePrecision
from influxdb_client.rest import ApiException
from numpy.typing import NDArray
from urllib3.exceptions import HTTPError

from ingest.nouns import US_PER_HOUR, Columns, Flag
from store.readings.columns import Ints, Mask, locate, merged
from store.readings.errors import ColdTierDown
from store.readings.limits import InfluxSettings
from store.readings.pages import Hours

LINES_PER_WRITE = 20_000
STATEMENTS_PER_QUERY = 50
NEAR_US = US_PER_HOUR
"""Keys of one series that lie nearer than this are looked up by one statement."""
UNUSABLE = int(Flag.SENTINEL | Flag.IMPOSSIBLE)

_decode = msgspec.json.Decoder().decode


class Influx:
    """Sealed readings as measurement `reading`, tag `series`, fields `v` (or `x` where unusable) and `f` (flags).

    The series tag is the number that `series` of the local file explains. Everything raises ColdTierDown when the
    server does not do what it is asked.
    """

    may_repeat_recent = True

    def __init__(self, settings: InfluxSettings) -> None:
        self._settings = settings
        self._client: Any = InfluxDBClient(
            url=settings.url, token=settings.token, org=settings.org, timeout=settings.timeout_ms
        )
        self._writes: Any = self._client.write_api(write_options=SYNCHRONOUS)

    def put(self, rows: Columns, now_us: int) -> None:
        """Write readings. May be repeated: a point written again is the same point. Values that are no number are left out."""
        rows = rows.take(np.isfinite(rows.value))
        lines = _lines(rows)
        try:
            while part := list(itertools.islice(lines, LINES_PER_WRITE)):
                self._writes.write(
                    self._settings.bucket,
                    self._settings.org,
                    "\n".join(part).encode(),
                    write_precision=WritePrecision.US,
                )
        except (ApiException, HTTPError, OSError) as error:
            raise ColdTierDown(f"InfluxDB did not take readings: {error}") from error

    def find(self, series: NDArray[np.int32], time_us: Ints) -> tuple[Mask, Columns]:
        """Which (series, time), sorted so, are sealed, and the readings as asked for with value and flags where they are."""
        cut = np.ones(len(series), bool)
        cut[1:] = (np.diff(series) != 0) | (np.diff(time_us) > NEAR_US)
        first = np.flatnonzero(cut)
        last = np.append(first[1:], len(series)) - 1
        there = merged(self._select([
            (int(series[a]), int(time_us[a]), int(time_us[b]) + 1) for a, b in zip(first, last, strict=True)
        ]))  # fmt: skip
        found, at = locate(there, series, time_us)
        value, flags = np.full(len(series), np.nan), np.zeros(len(series), np.uint8)
        value[found], flags[found] = there.value[at[found]], there.flags[at[found]]
        return found, Columns(series, time_us, value, flags)

    def read(self, series: NDArray[np.int32], start_us: int, end_us: int) -> list[Columns]:
        """The readings of some series in [start_us, end_us), in parts."""
        return self._select([(number, start_us, end_us) for number in series.tolist()])

    def _select(self, wanted: Sequence[tuple[int, int, int]]) -> list[Columns]:
        """Readings of (series, start, end)."""
        found = []
        for (number, _, _), rows in self._ask("v, x, f", wanted):
            time_us, value, other, flags = zip(*rows, strict=True)
            v, x = np.array(value, np.float64), np.array(other, np.float64)
            f = np.nan_to_num(np.array(flags, np.float64)).astype(np.uint8)
            times = np.array(time_us, np.int64)
            found.append(
                Columns(np.full(len(times), number, np.int32), times, np.where(np.isnan(v), x, v), f)
            )
        return found

    def hours(
        self, series: NDArray[np.int32], start_us: int, end_us: int
    ) -> tuple[NDArray[np.int32], Ints, Hours]:
        """Series, hour (µs) and figures of the hours in [start_us, end_us)."""
        of_series, hour_us, parts = [np.empty(0, np.int32)], [np.empty(0, np.int64)], []
        wanted = [(number, start_us, end_us) for number in series.tolist()]
        figures = "count(v), min(v), max(v), sum(v)"
        for (number, _, _), rows in self._ask(figures, wanted, " GROUP BY time(1h) fill(none)"):
            hour, count, least, most, total = zip(*rows, strict=True)
            hour_us.append(np.array(hour, np.int64))
            of_series.append(np.full(len(hour), number, np.int32))
            wide = (np.array(column, np.float64) for column in (least, most, total))
            parts.append(Hours(hour_us[-1], np.array(count, np.int64), *wide))
        return np.concatenate(of_series), np.concatenate(hour_us), Hours.concat(parts)

    def _ask(
        self, what: str, wanted: Sequence[tuple[int, int, int]], grouped: str = ""
    ) -> Iterator[tuple[tuple[int, int, int], list[list[Any]]]]:
        """The rows of each (series, start, end) that has any, many statements to a request."""
        for i in range(0, len(wanted), STATEMENTS_PER_QUERY):
            some = wanted[i : i + STATEMENTS_PER_QUERY]
            statements = [
                f"SELECT {what} FROM reading WHERE \"series\"='{number}' AND time>={start}u AND time<{end}u{grouped}"
                for number, start, end in some
            ]
            for one, result in zip(some, self._query(";".join(statements)), strict=True):
                if "series" in result:
                    yield one, result["series"][0]["values"]

    def _query(self, statements: str) -> list[dict[str, Any]]:
        """Results of InfluxQL statements, times in µs."""
        try:
            response = self._client.api_client.call_api(
                "/query",
                "GET",
                query_params=[("db", self._settings.bucket), ("epoch", "u"), ("q", statements)],
                header_params={"Accept": "application/json"},
                auth_settings=[],  # the client's own header has the token
                _preload_content=False,
                _return_http_data_only=True,
                _request_timeout=self._settings.timeout_ms,
            )
            answer = _decode(response.data)
        except (ApiException, HTTPError, OSError, msgspec.DecodeError) as error:
            raise ColdTierDown(f"InfluxDB did not answer: {error}") from error
        results: list[dict[str, Any]] = answer.get("results", [])
        if wrong := next((result["error"] for result in [answer, *results] if "error" in result), None):
            raise ColdTierDown(f"InfluxDB refused a question: {wrong}")
        return results

    def tend(self, now_us: int) -> None:
        """Nothing: InfluxDB keeps its own house, retention included."""

    def close(self) -> None:
        """Release connections."""
        self._writes.close()
        self._client.close()


def _lines(rows: Columns) -> Iterator[str]:
    """Readings as lines of line protocol, times in µs."""
    columns = (rows.series.tolist(), rows.time_us.tolist(), rows.value.tolist(), rows.flags.tolist())
    for number, time_us, value, flags in zip(*columns, strict=True):
        field = "x" if flags & UNUSABLE else "v"
        more = f",f={flags}i" if flags else ""
        yield f"reading,series={number} {field}={value!r}{more} {time_us}"
