"""Real recordings as rows of readings with labels: what was measured, and where something is known to have been wrong."""

from __future__ import annotations

import csv
import gzip
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple, TextIO

import numpy as np
from numpy.typing import NDArray

US = 1_000_000
SENSOR_MONTH_US = 730 * 3600 * US
"""A month of 730 h (8,760 h / 12) of one series."""


class Row(NamedTuple):
    """One reading. `label`: 0 = nothing known to be wrong."""

    time_us: int
    series: str
    quantity: str
    group: str
    value: float
    label: int = 0


@dataclass(frozen=True, slots=True)
class Recording:
    """Rows in order of arrival, as columns. Shapes: (n,)."""

    name: str
    series: NDArray[np.str_]
    time_us: NDArray[np.int64]
    value: NDArray[np.float64]
    quantity: NDArray[np.str_]
    group: NDArray[np.str_]
    label: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.time_us)

    def of(self, series: str) -> NDArray[np.intp]:
        """The rows of one series, in order of arrival."""
        return np.flatnonzero(self.series == series)

    def names(self) -> list[str]:
        """The series, in order of their names."""
        return sorted(set(self.series.tolist()))

    def sensor_months(self) -> float:
        """How long its series were heard, added up; a pause of more than two hours does not count."""
        total = 0
        for name in self.names():
            steps = np.diff(np.sort(self.time_us[self.of(name)]))
            total += int(steps[steps <= 7_200 * US].sum())
        return total / SENSOR_MONTH_US


def folder() -> Path:
    """Where the recordings are: beside the checkout, or where KEEPWELL_RECORDINGS says."""
    beside = Path(__file__).parents[3] / "shared" / "data"
    return Path(os.environ.get("KEEPWELL_RECORDINGS", beside))


def recorded(name: str, rows: Iterable[Row]) -> Recording:
    """Rows as columns."""
    times, series, quantities, groups, values, labels = zip(*rows, strict=True)
    return Recording(
        name, np.array(series), np.array(times, np.int64), np.array(values, float),
        np.array(quantities), np.array(groups), np.array(labels, np.int64),
    )  # fmt: skip


def nab(file: str) -> Recording:
    """One file of the Numenta anomaly benchmark; its temperatures are Fahrenheit. Label 1 = in a window of NAB's."""
    windows = json.loads((folder() / "nab/labels/combined_windows.json").read_text())[file]
    spans = [(us(a), us(b)) for a, b in windows]
    is_temperature = "temperature" in file

    def rows() -> Iterator[Row]:
        with (folder() / "nab" / file).open() as lines:
            for line in csv.DictReader(lines):
                at_us, value = us(line["timestamp"]), float(line["value"])
                odd = any(a <= at_us <= b for a, b in spans)
                celsius = (value - 32) / 1.8 if is_temperature else value
                yield Row(at_us, "office", "temperature", "", celsius, int(odd))

    return recorded(Path(file).stem, rows())


def injected(name: str) -> Recording:
    """Intel lab temperatures with injected faults; labels 1 spike, 2 noise, 4 stuck, 8 drift, 16 slow drift."""
    with _open(f"sensor_fault_benchmark/intel_{name}.csv.gz") as lines:
        rows = [
            Row(
                us(r["timestamp"]),
                r["mote_id"],
                "temperature",
                "lab",
                float(r["temperature"]),
                int(r["fault"]),
            )
            for r in csv.DictReader(lines)
        ]
    return recorded(f"intel_{name}", sorted(rows, key=lambda row: row.time_us))


def steam() -> Recording:
    """Suthaharan's single-hop motes, every 5 s; label 1 = steam was led to the mote. Counted from an arbitrary midnight."""
    with _open("lwsndr/singlehop.csv") as lines:
        rows = [
            Row((1_262_304_000 + 5 * int(r["reading"])) * US, f"mote-{r['mote_id']}-{quantity}", full, room, float(r[quantity]), int(r["label"]))
            for r in csv.DictReader(lines)
            for quantity, full in (("temperature", "temperature"), ("humidity", "relative_humidity"))
            for room in [f"mote-{r['mote_id']}"]
        ]  # fmt: skip
    return recorded("lwsndr", sorted(rows, key=lambda row: row.time_us))


def batteries() -> Recording:
    """Intel lab motes as they were recorded: temperature, humidity and battery voltage until the sensors die."""
    rows = [row for mote in ("01", "22", "45") for row in _mote(mote)]
    return recorded("intel_lab_raw", sorted(rows, key=lambda row: row.time_us))


def _mote(mote: str) -> Iterator[Row]:
    """Whole lines only: date, time, epoch, mote, temperature, humidity, light, voltage."""
    with _open(f"intel_lab_raw/Node{mote}.txt.gz") as lines:
        for date, at, _, _, temperature, humidity, _, volts in (
            p for p in map(str.split, lines) if len(p) == 8
        ):
            at_us = us(f"{date} {at}")
            yield Row(at_us, f"mote-{mote}-temperature", "temperature", "lab", float(temperature))
            yield Row(at_us, f"mote-{mote}-relative_humidity", "relative_humidity", "lab", float(humidity))
            yield Row(at_us, f"mote-{mote}-battery_voltage", "battery_voltage", "lab", float(volts))


def occupancy() -> Recording:
    """An office, every minute, in use: normal days."""

    def rows() -> Iterator[Row]:
        with _open("occupancy/datatraining.txt") as lines:
            header = ["number", *next(csv.reader(lines))]
            for cells in csv.reader(lines):
                line = dict(zip(header, cells, strict=True))
                for quantity, column in (("temperature", "Temperature"), ("relative_humidity", "Humidity")):
                    yield Row(us(line["date"]), quantity, quantity, "office", float(line[column]))

    return recorded("occupancy", rows())


def room_climate() -> Recording:
    """A room with people, doors and windows; four to five nodes, every 4 s: normal hours."""

    def rows() -> Iterator[Row]:
        with _open("room_climate/location_C.csv.gz") as lines:
            for line in csv.DictReader(lines):
                for quantity, column in (("temperature", "temp_c"), ("relative_humidity", "rh_pct")):
                    series = f"node-{line['node']}-{quantity}"
                    yield Row(int(line["abs_ms"]) * 1000, series, quantity, "room", float(line[column]))

    return recorded("room_climate", rows())


def weather(file: str) -> Recording:
    """Hourly weather stations outdoors: normal years."""
    with _open(f"weather/{file}_hourly.csv.gz") as lines:
        return recorded(file, [row for line in csv.DictReader(lines) for row in _hour(line, file)])


def _hour(line: Mapping[str, str], file: str) -> Iterator[Row]:
    station = line.get("station") or line.get("origin") or file
    for quantity, column in (("temperature", "temp_c"), ("relative_humidity", "rh_pct")):
        if line[column] not in {"", "NA"}:
            yield Row(_hour_us(line), f"{station}-{quantity}", quantity, station, float(line[column]))


def hast() -> Recording:
    """The log of a LoRa gateway; label 1 = the node itself reported a fault, 2 = no humidity."""
    with _open("hast_lora/Sensor_data_raw_to_2024-01.csv.gz") as lines:
        cells = ([cell.strip() for cell in line.split(",")] for line in lines)
        whole = [c for c in cells if len(c) == 8 and c[0] in {"3", "5", "10"} and c[2].isdigit()]
    return recorded("hast_lora", [row for c in whole for row in _packet(c)])


def _packet(cells: Sequence[str]) -> Iterator[Row]:
    """Node, message, time, battery (V/100), sending, temperature (°C/100), humidity (%/100), status."""
    at_us, node, status = int(cells[2]) * US, cells[0], int(int(cells[7], 16) != 0)
    humidity = float(cells[6]) / 100
    yield Row(at_us, f"node-{node}-temperature", "temperature", "", float(cells[5]) / 100, status)
    label = status or 2 * (humidity > 100)
    yield Row(at_us, f"node-{node}-relative_humidity", "relative_humidity", "", humidity, label)
    yield Row(at_us, f"node-{node}-battery_voltage", "battery_voltage", "", float(cells[3]) / 100, status)


NORMAL: Mapping[str, Callable[[], Recording]] = {
    "occupancy": occupancy,
    "room_climate": room_climate,
    "weather: Guangzhou": lambda: weather("guangzhou_2013_2014"),
    "weather: Shenyang": lambda: weather("shenyang_2013_2014"),
    "weather: New York": lambda: weather("nyc_airports_2013"),
    "weather: Greensboro": lambda: weather("tmy3_greensboro_nc"),
    "hast_lora": hast,
}


def _open(name: str) -> TextIO:
    path = folder() / name
    return gzip.open(path, "rt") if path.suffix == ".gz" else path.open()


def us(text: str) -> int:
    """A time as text in µs; without a zone it is UTC."""
    at = datetime.fromisoformat(text)
    return round((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * US)


def _hour_us(line: Mapping[str, str]) -> int:
    """The hour of a line of weather. A typical year is put together of months of several years: it is told as one."""
    if "time_hour" in line:
        return us(line["time_hour"])
    month, day, _ = line["date"].split("/")
    midnight = datetime(2003, int(month), int(day), tzinfo=UTC)
    return round((midnight + timedelta(hours=int(line["time"][:2]))).timestamp() * US)
