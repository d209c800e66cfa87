"""The weather outside: a real recording, laid onto the wall clock so that now is a chosen recorded instant."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import numpy as np

from simulators.psychrometrics import Array, mixing_ratio, saturation_hpa

FOLDER = Path(__file__).parent / "weather"


class Recording:
    """Hourly temperature and humidity of one place, read between the hours by straight lines."""

    def __init__(self, file: str, recorded_now: str, now_s: float) -> None:
        """Raises ValueError when `recorded_now` (RFC 3339) lies outside the recording `file`."""
        with (FOLDER / file).open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        at = np.array([datetime.fromisoformat(row["time"]).timestamp() for row in rows])
        recorded_s = datetime.fromisoformat(recorded_now).timestamp()
        if not at[0] <= recorded_s <= at[-1]:
            raise ValueError(f"{recorded_now} is not in {file}")
        self._time_s: Array = at + (now_s - recorded_s)
        self._temp_c: Array = np.array([float(row["temp_c"]) for row in rows])
        self._mixing = mixing_ratio(saturation_hpa([float(row["dewpoint_c"]) for row in rows]))

    def at(self, time_s: float) -> tuple[float, float]:
        """Temperature (°C) and mixing ratio (kg/kg) at a wall clock time; the ends of the recording last for ever."""
        return (
            float(np.interp(time_s, self._time_s, self._temp_c)),
            float(np.interp(time_s, self._time_s, self._mixing)),
        )
