"""Stopped: a machine that evidently does not run though it should, by its own signal or by its room."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detect.machines.days import Course, Seen
from detect.machines.nouns import Floats
from detect.machines.sawtooth import turns

STEP_S = 600.0
"""How finely it is looked."""
_LEAST_S = 3600.0
"""A shorter rest is a pause or a defrost."""
_PAUSES = 3.0
"""It has rested for longer than so many of its usual pauses."""
_OPEN = 0.3
"""A door that was open for so much of the last hours explains what the room does."""
_OFF_RUNNING, _OFF_ROOM = 0.75, 1.5
"""So many swings the room is beyond its usual worst, where the machine tells that it rests, and where only the room tells."""


class Usual(NamedTuple):
    """How a machine and its room usually are, turned so that the machine brings the room down."""

    worst: float
    """What the room does not pass on ordinary days."""
    swing: float
    pause_s: float


class Rest(NamedTuple):
    """A machine stood still from–to (seconds of the span looked at); `to_s` None: it still does."""

    from_s: float
    to_s: float | None
    told: bool
    """By its own signal, not by the room alone."""
    worst: float
    """The room's worst value meanwhile, turned."""


def rests(seen: Seen, sign: float, usual: Usual, length_s: float) -> list[Rest]:
    """When the machine stood still though its room was beyond what it should be.

    Looked at every ten minutes: by then it has not worked for three usual pauses (an hour at least), the room is beyond its
    usual worst and no better than an hour before, and no door explains that.
    """
    room = max(seen.room, key=lambda one: len(one.value), default=None)
    if room is None or len(room.value) < 3:
        return []
    value = sign * room.value
    at = np.arange(STEP_S, length_s + STEP_S, STEP_S)
    told = len(seen.running.value) > 0
    worked = _worked(seen.running) if told else _brought_down(Course(room.time_s, value), usual)
    patience = max(_LEAST_S, _PAUSES * usual.pause_s)
    now, before = _means(room.time_s, value, at), _means(room.time_s, value, at - _LEAST_S)
    beyond = usual.worst + (_OFF_RUNNING if told else _OFF_ROOM) * usual.swing
    shut = ~(_means(seen.door.time_s, seen.door.value, at, _LEAST_S) > _OPEN)
    last = _last_before(worked, at)
    standing: NDArray[np.bool_] = (at - last > patience) & (now > beyond) & (now >= before) & shut
    return _stretches(standing, at, last, _Room(room.time_s, value, beyond), told)


class _Room(NamedTuple):
    time_s: Floats
    value: Floats
    beyond: float


def _worked(running: Course) -> Floats:
    """The moments at which it is known to have run."""
    return running.time_s[running.value > 0.5]


def _brought_down(room: Course, usual: Usual) -> Floats:
    """The moments at which the room had just been brought down by half a usual swing."""
    found = turns(room.value.tolist(), max(0.5 * usual.swing, 0.2))
    bottoms = [b for a, b in pairwise(found) if room.value[b] < room.value[a]]
    return room.time_s[np.array(bottoms, np.intp)]


def _means(time_s: Floats, value: Floats, at: Floats, over_s: float = 1800.0) -> Floats:
    """Means of what was said in the time before each moment; NaN where nothing was."""
    total = np.concatenate([[0.0], np.cumsum(value)])
    low, high = np.searchsorted(time_s, at - over_s), np.searchsorted(time_s, at, side="right")
    number = high - low
    mean = np.divide(total[high] - total[low], number, out=np.full(len(at), np.nan), where=number > 0)
    return np.asarray(mean)


def _last_before(moments: Floats, at: Floats) -> Floats:
    """The last of some moments before each of others; 0 before the first."""
    index = np.searchsorted(moments, at, side="right")
    return np.concatenate([[0.0], moments])[index]


def _stretches(standing: NDArray[np.bool_], at: Floats, last: Floats, room: _Room, told: bool) -> list[Rest]:
    """Each rest from when it last worked until it works again or the room is back."""
    found: list[Rest] = []
    for index in np.flatnonzero(standing).tolist():
        from_s = float(last[index])
        if found and (found[-1].to_s is None or from_s < found[-1].to_s):
            continue
        later = at > at[index]
        over = later & ((last > from_s) | (_means(room.time_s, room.value, at) <= room.beyond))
        to_s = float(at[np.argmax(over)]) if over.any() else None
        inside = (room.time_s >= from_s) & (room.time_s <= (to_s or np.inf))
        found.append(Rest(from_s, to_s, told, float(room.value[inside].max(initial=-np.inf))))
    return found
