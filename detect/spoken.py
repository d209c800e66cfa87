"""Spoken: when a group said something, and the pauses between its words, asked of the store.

A group pauses where none of its series has a reading. So its pauses are what is left of a window after cutting it at
the readings of its members, some of them at a time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detect.excursions import trusted
from detect.held import MOST_READINGS, Held
from detect.ports import Readings
from detect.silence import Group, Level, Pause
from detect.tracks import FOREVER_US, Plan
from ingest.nouns import US_PER_HOUR, US_PER_MINUTE, Columns

AHEAD_US = 3_600_000_000
"""No kept reading is further ahead of its receipt than this."""
_NEAR_US = 6 * US_PER_HOUR
"""At most so far around windows more is read than was asked for."""
_WIDER = 16
"""By how much the look back or ahead grows each time that nothing was found."""


class Window(NamedTuple):
    """A group, and from when to when its pauses are about to be judged."""

    group: Group
    start_us: int
    end_us: int


class Gaps(NamedTuple):
    """Where a group may have said nothing for too long in [start_us, end_us], as pieces that begin and end in turn."""

    start_us: int
    end_us: int
    begin_us: list[int]
    till_us: list[int]

    def within(self, start_us: int, end_us: int) -> Iterator[tuple[int, int]]:
        """The pieces in a part of the window, cut at its edges."""
        for i in range(bisect_right(self.till_us, start_us), len(self.begin_us)):
            if self.begin_us[i] >= end_us:
                return
            yield max(self.begin_us[i], start_us), min(self.till_us[i], end_us)


class Spoken:
    """The words of groups, as the store has them."""

    def __init__(self, plan: Plan, readings: Readings) -> None:
        self._plan, self._readings = plan, Held(readings)
        self._of_group: dict[str, NDArray[np.int64] | None] = {}
        """By subject: the words that are held, once somebody asked for them."""
        self._shared: dict[str, Gaps | None] = {}
        """By subject: the pauses of groups that are asked for time and again."""

    # ------------------------------------------------------------------ what is held

    def share(self, groups: Iterable[Group]) -> None:
        """The pauses of these groups are about to be asked for in many windows: look for them once."""
        self._shared = {group.subject: None for group in groups}

    def hold(self, windows: Sequence[Window], as_of_us: int) -> None:
        """All these windows are about to be asked for: read them at once, if that is not too much."""
        groups = [window.group for window in windows]
        members = np.unique(np.concatenate([np.array(group.members, np.int64) for group in groups]))
        start_us, end_us = min(w.start_us for w in windows), max(w.end_us for w in windows)
        margin_us = _margin_us(groups)
        until_us = end_us + margin_us
        if _horizon_us(as_of_us) - end_us <= _NEAR_US:
            until_us = max(until_us, _horizon_us(as_of_us))
        if self._readings.hold(members, max(start_us - margin_us, 0), until_us):
            self._of_group = {group.subject: None for group in groups if group.members}

    def release(self) -> None:
        """That was all."""
        self._readings.release()
        self._of_group.clear()
        self._shared.clear()

    def _at_hand(self, group: Group, start_us: int, end_us: int) -> NDArray[np.int64] | None:
        """The group's words in [start_us, end_us), if they are held."""
        if group.subject not in self._of_group or not self._readings.covers(start_us, end_us):
            return None
        held = self._of_group[group.subject]
        if held is None:
            held = self._of_group[group.subject] = self._times(group, self._readings.all(group.members))
        return held[held.searchsorted(start_us) : held.searchsorted(end_us)]

    def words(self, group: Group, members: Sequence[int], start_us: int, end_us: int) -> NDArray[np.int64]:
        """The times in [start_us, end_us) at which some members spoke for the group, in order.

        For a zone only trusted readings count, and only those of devices that were there at the time; for a gateway
        not those that a device sent while it was behind another one.
        """
        if members is group.members and (at_hand := self._at_hand(group, start_us, end_us)) is not None:
            return at_hand
        return self._times(group, self._readings.range(members, start_us, end_us))

    def _times(self, group: Group, rows: Columns) -> NDArray[np.int64]:
        """The times of those readings that were said for the group, in order."""
        if group.level is Level.ZONE:
            rows = trusted(rows)
        if len(rows) and (group.level is Level.ZONE or group.roaming):
            rows = rows.take(self._for_group(group, rows))
        return np.unique(rows.time_us)

    def _for_group(self, group: Group, rows: Columns) -> NDArray[np.bool_]:
        """Per reading: was it said for the group?"""
        placed = group.level is Level.ZONE
        counts = np.full(len(rows), not placed)
        for number in np.unique(rows.series).tolist():
            own = rows.series == number
            for stretch in self._plan.stretches.get(number, []):
                if group.speaks_in(stretch) is placed:
                    inside = (rows.time_us >= stretch.from_us) & (rows.time_us < stretch.to_us)
                    counts[own & inside] = placed
        return counts

    def before(self, group: Group, members: Sequence[int], at_us: int) -> int | None:
        """When some members last spoke before a moment."""
        reach_us = group.least_us
        while True:
            from_us = max(at_us - reach_us, 0)
            found = self.words(group, members, from_us, at_us)
            if len(found):
                return int(found[-1])
            if not from_us:
                return None
            reach_us *= _WIDER

    def after(self, group: Group, at_us: int, as_of_us: int) -> int | None:
        """When the group first spoke after a moment."""
        reach_us, horizon_us = group.least_us, _horizon_us(as_of_us)
        while True:
            until_us = min(at_us + 1 + reach_us, horizon_us)
            found = self.words(group, group.members, at_us + 1, until_us)
            if len(found):
                return int(found[0])
            if until_us == horizon_us:
                return None
            reach_us *= _WIDER

    def window(self, group: Group, start_us: int, end_us: int, as_of_us: int) -> tuple[int, int]:
        """A window widened to begin with the word before it and to end with the word after it.

        Before its first word it begins where the registry expected one; after its last word it never ends.
        """
        first_us = self.before(group, group.members, start_us)
        if first_us is None:
            said_us = self.after(group, max(start_us, 0) - 1, as_of_us)
            first_us = group.known_from_us if said_us is None else min(said_us, group.known_from_us)
        last_us = self.after(group, end_us, as_of_us)
        return first_us, FOREVER_US if last_us is None else last_us

    # ------------------------------------------------------------------ pauses

    def pauses(self, group: Group, start_us: int, end_us: int, as_of_us: int) -> list[Pause]:
        """The pauses in a window (as `window` makes them) that may be too long; one that goes on has no end."""
        parts = [
            (max(start_us, a), min(end_us, b))
            for a, b in group.spans
            if min(end_us, b) - max(start_us, a) > group.least_us
        ]
        if not parts:
            return []
        gaps = self._gaps(group, parts[0][0], parts[-1][1], as_of_us)
        left = [piece for part in parts for piece in gaps.within(*part)]
        ends = {b for _, b in group.spans if b > as_of_us}
        return [Pause(a, None if b in ends else b) for a, b in left if b - a > group.least_us]

    def _gaps(self, group: Group, start_us: int, end_us: int, as_of_us: int) -> Gaps:
        """The gaps of a group in a window, or in more than that if others will ask for them."""
        shared = self._shared.get(group.subject)
        if shared and shared.start_us <= start_us and end_us <= shared.end_us:
            return shared
        if shared:
            start_us, end_us = _grown(shared, start_us, end_us, _horizon_us(as_of_us))
        found = self._look_for_gaps(group, start_us, end_us, _horizon_us(as_of_us))
        if group.subject in self._shared:
            self._shared[group.subject] = found
        return found

    def _look_for_gaps(self, group: Group, start_us: int, end_us: int, horizon_us: int) -> Gaps:
        """Cut a window at the words of the group; what most of its members say need not be read."""
        left = [(start_us, end_us)]
        at_hand = self._at_hand(group, start_us + 1, min(end_us, horizon_us)) is not None
        done, block = 0, len(group.members) if at_hand else 1
        while left and done < len(group.members):
            members = group.members if block >= len(group.members) else group.members[done : done + block]
            done, block = done + block, min(block * 4, 256)
            left = [piece for a, b in left for piece in self._cut(group, members, (a, b), horizon_us)]
        return Gaps(start_us, end_us, [a for a, _ in left], [b for _, b in left])

    def _cut(
        self, group: Group, members: Sequence[int], piece: tuple[int, int], horizon_us: int
    ) -> list[tuple[int, int]]:
        """What is left of a piece after cutting it at the words of some members."""
        a, b = piece
        words = self.words(group, members, a + 1, min(b, horizon_us))
        times = np.concatenate([[a], words, [b]]).astype(np.int64)
        wide = np.flatnonzero(np.diff(times) > group.least_us)
        return [(int(times[i]), int(times[i + 1])) for i in wide]


def in_parts(windows: Iterable[Window]) -> Iterator[list[Window]]:
    """Windows in the order of their beginnings, in parts that are each not too much to hold."""
    part: list[Window] = []
    members, end_us = 0, 0
    for window in sorted(windows, key=lambda w: w.start_us):
        members, end_us = members + len(window.group.members), max(end_us, window.end_us)
        if part and members * (end_us - part[0].start_us + 2 * _NEAR_US) // US_PER_MINUTE > MOST_READINGS:
            yield part
            part, members, end_us = [], len(window.group.members), window.end_us
        part.append(window)
    if part:
        yield part


def _margin_us(groups: Iterable[Group]) -> int:
    """How far around a window the words before and after it are looked for at once."""
    return min(2 * max(group.least_us for group in groups), _NEAR_US)


def _horizon_us(as_of_us: int) -> int:
    """Before this moment are all readings that count by now."""
    return as_of_us + AHEAD_US + 1


def _grown(gaps: Gaps, start_us: int, end_us: int, horizon_us: int) -> tuple[int, int]:
    """A window that holds another one too, and so much more that the next one is likely to be in it."""
    reach_us = min(gaps.end_us, horizon_us) - gaps.start_us
    first_us = gaps.start_us if start_us >= gaps.start_us else max(start_us - reach_us, 0)
    last_us = gaps.end_us if end_us <= gaps.end_us else end_us + reach_us
    return min(first_us, start_us), FOREVER_US if last_us >= horizon_us else last_us
