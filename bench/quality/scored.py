"""What `keepwell score` says of a recording: the command is run as a user would run it."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.quality.recordings import Recording

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Scored:
    """A verdict for each row of a recording. Shapes: (n,)."""

    score: NDArray[np.float64]
    alert: NDArray[np.bool_]
    kind: NDArray[np.str_]
    findings: Sequence[dict[str, Any]]


def score(recording: Recording) -> Scored:
    """Run the command on a recording.

    Raises:
        subprocess.CalledProcessError: it failed; its words are on stderr.
        ValueError: it did not answer row by row.
    """
    with tempfile.TemporaryDirectory() as name:
        given, told, found = (Path(name, file) for file in ("in.csv", "out.csv", "found.json"))
        _write(recording, given)
        command = [
            sys.executable, "-m", "keepwell", "score", "--input", str(given), "--output", str(told), "--findings", str(found),
        ]  # fmt: skip
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        scores, alerts, kinds = zip(*_read(told), strict=True)
        if len(scores) != len(recording):
            raise ValueError(f"{recording.name}: {len(recording)} rows, {len(scores)} verdicts")
        findings = json.loads(found.read_text())
    return Scored(np.array(scores, float), np.array(alerts, int) == 1, np.array(kinds), findings)


def _write(recording: Recording, path: Path) -> None:
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["time", "series", "value", "quantity", "group"])
        out.writerows(
            (_stamp(at), series, repr(value), quantity, group)
            for at, series, value, quantity, group in zip(
                recording.time_us.tolist(), recording.series.tolist(), recording.value.tolist(),
                recording.quantity.tolist(), recording.group.tolist(), strict=True,
            )
        )  # fmt: skip


def _stamp(time_us: int) -> str:
    return (_EPOCH + timedelta(microseconds=time_us)).isoformat(timespec="milliseconds")


def _read(path: Path) -> Iterator[tuple[str, str, str]]:
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            yield row["score"], row["alert"], row["kind"]
