"""Machines that decay: how early Keepwell says so, how often it is wrong, and whether its windows hold; on simulated rooms."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bench.quality.machine_fleet import A_DAY, Played, fleet, play
from bench.quality.metrics import at_most
from bench.quality.nouns import Table
from detect.machines.days import NOBODY, Course, Seen, figures
from detect.machines.nouns import Day, Figure, Floats, Machine, Task
from detect.machines.outlook import Outlook, episodes, outlooks
from simulators.psychrometrics import relative_humidity_pct

SEEDS = (301, 302)
"""Others than those on which thresholds and windows were set (1–4)."""
ROOMS, DAYS = 90, 75
MONTH_DAYS = 365.25 / 12
AHEAD_H = 24.0
READY_DAYS = 17
RENEWED_DAYS = 7
"""What stands for longer is said again: an alert that never ends is not one announcement."""
DECAYED = 0.8
"""A breach with more strength left than this is the load's, not the decay's."""


@dataclass(slots=True)
class Score:
    """What was counted."""

    breaches: int = 0
    ahead: int = 0
    false: int = 0
    months: float = 0.0
    days: list[bool] = field(default_factory=list)
    """Whether the window held, at each day of an announcement."""
    first: list[bool] = field(default_factory=list)
    leads_h: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Room:
    """One room's story by days; days count from its beginning."""

    kind: str
    measured: bool
    begun: float | None
    breach: float | None
    """None: no breach, or one that is not the decay's."""
    left_out: bool
    sound_days: float
    days: list[Day]
    outlooks: list[Outlook]


Rule = Callable[[Room], NDArray[np.bool_]]
"""Whether an alert stands at the end of each day."""


def measure() -> Table:
    """Play the rooms and score. Takes about two minutes."""
    rooms = [room for seed in SEEDS for room in _rooms(seed)]
    rng = np.random.default_rng(7)
    own = [_own(room) for room in rooms]
    share = float(np.mean(np.concatenate(own)))
    rules: dict[str, list[NDArray[np.bool_]]] = {
        "wear": own,
        "EWMA of the room": [_ewma(room) for room in rooms],
        "every day": [np.arange(DAYS) >= READY_DAYS for _ in rooms],
        "at random, as often": [rng.random(DAYS) < share for _ in rooms],
    }
    rows = []
    for kind in ("cooling", "heating", "drying"):
        for measured in (True, False):
            which = [i for i, room in enumerate(rooms) if (room.kind, room.measured) == (kind, measured)]
            by = "its signal" if measured else "the room alone"
            rows.append(
                _row(f"{kind}, by {by}", "wear", _score([rooms[i] for i in which], [own[i] for i in which]))
            )
    totals = {name: _score(rooms, alerts) for name, alerts in rules.items()}
    rows += [_row("all", name, score) for name, score in totals.items()]
    total = totals["wear"]
    held = float(np.mean(total.days)) if total.days else 0.0
    return Table(
        "Machines that decay",
        (
            "machines", "rule", "breaches", "announced ≥ 24 h ahead", "lead h (10 %, median)", "false per zone-month",
            "at most (95 %)", "P10–P90 holds (all days)", "(first telling)",
        ),
        rows, _NOTES,
        (
            ("breaches by decaying machines announced >= 24 h ahead: at least 80 %", total.ahead >= 0.8 * total.breaches),
            ("false announcements: at most 0.3 per zone-month", total.false <= 0.3 * total.months),
            ("P10–P90 of failure times holds 75–85 %", 0.75 <= held <= 0.85),
        ),
    )  # fmt: skip


_NOTES = (
    "Simulated rooms with fresh seeds under recorded weather (Guangzhou, Shenyang), with doors, busy days, deliveries and defrosts; 45 % of the "
    "machines stay sound (their strength wanders by a few per cent), the others lose theirs within 5 to 45 days. How real these rooms and "
    "decays are is unproven; thresholds and windows were set on other seeds of the same simulator. A breach is half an hour in which goods that follow "
    "the room within two hours (humidity: six) are beyond the limit, with less than 80 % of the strength left. Probes speak every 1, 2 or 5 minutes. "
    "Sound days count until a decay begins; an alert that stands is counted anew each week. Beside: an EWMA chart of the room's worst value, "
    "an alert on every day, and alerts at random as often as ours."
)


def _rooms(seed: int) -> Iterator[Room]:
    rng = np.random.default_rng(seed)
    own = fleet(ROOMS, DAYS, rng)
    played = play(own, DAYS, rng)
    outdoor_rh = np.minimum(
        relative_humidity_pct(played.outdoor_c[:, ::60], played.outdoor_mixing[:, ::60]), 100.0
    )
    for room in range(ROOMS):
        days = [Day(day, figures(_seen(played, outdoor_rh, room, day))) for day in range(DAYS)]
        machine = Machine("m", "m", "z", Task(str(own.kind[room])), "", None, (), float(own.limit[room]))
        begun, breach = int(own.begun_min[room]), int(played.breach_min[room])
        of_decay = breach > begun >= 0 and float(played.health[room, breach]) < DECAYED
        end = DAYS if breach < 0 else breach / A_DAY
        yield Room(
            kind=str(own.kind[room]),
            measured=bool(own.measured[room]),
            begun=begun / A_DAY if begun >= 0 else None,
            breach=breach / A_DAY if of_decay else None,
            left_out=0 <= breach < begun,
            sound_days=min(begun / A_DAY if begun >= 0 else DAYS, end),
            days=days,
            outlooks=outlooks(machine, days),
        )


def _seen(played: Played, outdoor_rh: NDArray[np.float64], room: int, day: int) -> Seen:
    own = played.fleet
    step = int(own.interval_min[room])
    rows, hours = slice(day * A_DAY, (day + 1) * A_DAY, step), slice(day * 24, (day + 1) * 24)
    time_s: Floats = 60.0 * np.arange(0, A_DAY, step, dtype=np.float64)
    hour_s: Floats = 3600.0 * np.arange(24, dtype=np.float64)

    def course(values: NDArray[np.float32] | NDArray[np.bool_]) -> Course:
        return Course(time_s, values[room, rows].astype(np.float64))

    return Seen(
        Task(str(own.kind[room])), [course(played.value)], course(played.temp_c),
        course(played.running) if own.measured[room] else NOBODY, course(played.door),
        Course(hour_s, played.outdoor_c[room, ::60][hours].astype(np.float64)), Course(hour_s, outdoor_rh[room, hours]),
    )  # fmt: skip


def _own(room: Room) -> NDArray[np.bool_]:
    """From the first to the last day of each episode."""
    standing = np.zeros(DAYS, bool)
    for first, last in episodes(room.outlooks):
        standing[room.outlooks[first].day : room.outlooks[last].day + 1] = True
    return standing


def _ewma(room: Room) -> NDArray[np.bool_]:
    """A chart (λ = 0.2, 3 deviations) of the room's worst value of each day, set up on its first two weeks."""
    sign = -1.0 if room.kind == "heating" else 1.0
    value = np.array([sign * day.figures[Figure.WORST].value for day in room.days])
    mean, width = value[: READY_DAYS - 3].mean(), value[: READY_DAYS - 3].std() * np.sqrt(0.2 / 1.8)
    chart, state = np.empty(DAYS), mean
    for day, one in enumerate(value):
        state = chart[day] = 0.8 * state + 0.2 * one
    return np.asarray((chart > mean + 3 * width) & (np.arange(DAYS) >= READY_DAYS))


def _score(rooms: Sequence[Room], alerts: Sequence[NDArray[np.bool_]]) -> Score:
    score = Score()
    for room, standing in zip(rooms, alerts, strict=True):
        if not room.left_out:
            _count(score, room, standing)
    return score


def _count(score: Score, room: Room, standing: NDArray[np.bool_]) -> None:
    """What is said at the end of a day is known at the beginning of the next one."""
    since = np.flatnonzero(np.diff(standing.astype(np.int8), prepend=0) == 1)
    until = np.flatnonzero(np.diff(standing.astype(np.int8), append=0) == -1)
    score.months += room.sound_days / MONTH_DAYS
    for first, last in zip(since.tolist(), until.tolist(), strict=True):
        false_days = min(last + 1, int(np.ceil(room.sound_days))) - first
        score.false += max(-(-false_days // RENEWED_DAYS), 0) if first + 1 <= room.sound_days else 0
    if room.breach is None or room.begun is None:
        return
    score.breaches += 1
    told = [day for day in np.flatnonzero(standing).tolist() if room.begun < day + 1 < room.breach]
    lead_h = 24.0 * (room.breach - told[0] - 1) if told else 0.0
    score.ahead += lead_h >= AHEAD_H
    score.leads_h.append(lead_h)
    windows = {one.day: one.window for one in room.outlooks if one.window}
    held = [w.p10 <= room.breach - day - 1 <= w.p90 for day in told if (w := windows.get(day))]
    score.days += held
    score.first += held[:1]


def _row(what: str, name: str, score: Score) -> Sequence[str | float | int | None]:
    said = name == "wear" and score.days
    lead = np.percentile(score.leads_h, (10, 50)) if score.leads_h else (0.0, 0.0)
    return (
        what, name, score.breaches, round(score.ahead / max(score.breaches, 1), 2), f"{lead[0]:.0f}, {lead[1]:.0f}",
        round(score.false / score.months, 2), round(at_most(score.false, score.months), 2),
        round(float(np.mean(score.days)), 2) if said else None, round(float(np.mean(score.first)), 2) if said else None,
    )  # fmt: skip
