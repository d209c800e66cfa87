"""Weeks in which nothing was wrong: whatever is found there is false."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bench.quality.metrics import at_most
from bench.quality.nouns import Table
from bench.quality.recordings import NORMAL, US, Recording, us
from bench.quality.scored import Scored, score

MOST_FINDINGS = 0.5
MOST_TICKETS = 0.1
LEAST_MONTHS = 100
NEAR_US = 3_600 * US
"""A finding so close to a faulty row is about it."""


def measure() -> Table:
    """Findings and tickets per sensor-month, with the upper end of the 95 % interval."""
    rows: list[list[str | float | int]] = []
    for name, load in NORMAL.items():
        recording = load()
        rows.append(_row(name, recording, score(recording)))
    months, findings, tickets = (sum(float(row[i]) for row in rows) for i in (1, 2, 4))
    rows.append(["together", months, int(findings), findings / months, int(tickets), tickets / months,
                 at_most(int(findings), months), at_most(int(tickets), months)])  # fmt: skip
    return Table(
        "Normal weeks",
        ("recording", "sensor-months", "findings", "per sensor-month", "tickets", "per sensor-month",
         "findings at most (95 %)", "tickets at most (95 %)"),
        rows,
        "A sensor-month is 730 h of one series; pauses of more than two hours do not count. Findings that touch rows labelled as "
        "faulty are left out. A ticket is a finding that is more than advice. Other recordings are normal by what is known of them.",
        [
            (f"at least {LEAST_MONTHS} sensor-months: {months:.0f}", months >= LEAST_MONTHS),
            (f"at most {MOST_FINDINGS} findings per sensor-month: {findings / months:.3f}", findings / months <= MOST_FINDINGS),
            (f"at most {MOST_TICKETS} tickets per sensor-month: {tickets / months:.3f}", tickets / months <= MOST_TICKETS),
        ],
    )  # fmt: skip


def _row(name: str, recording: Recording, said: Scored) -> list[str | float | int]:
    months = recording.sensor_months()
    false = [found for found in said.findings if not _is_known(recording, found)]
    tickets = sum(found["severity"] != "advice" for found in false)
    return [name, months, len(false), len(false) / months, tickets, tickets / months,
            at_most(len(false), months), at_most(tickets, months)]  # fmt: skip


def _is_known(recording: Recording, found: Mapping[str, Any]) -> bool:
    """Whether a finding touches rows of its device that are known to be faulty."""
    start_us, end_us = us(found["start"]), us(found["end"] or found["raised_at"])
    near = (recording.time_us >= start_us - NEAR_US) & (recording.time_us <= end_us + NEAR_US)
    return bool((recording.label[near & (recording.series == found["series"])] > 0).any())
