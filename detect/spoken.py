"""Spoken: when a group said something, and the pauses between its words, asked of the store.

A group pauses where none of its series has a reading. So its pauses are what is left of a window after cutting it at
the readings of its members, some of them at a time.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from detect.excursions import trusted
from detect.held import Held
from detect.ports import Readings
from detect.silence import Group, Level, Pause
from detect.tracks import FOREVER_US, Plan
from ingest.nouns import US_PER_HOUR, Columns

AHEAD_US = 3_600_000_000
"""No kept reading is further ahead of its receipt than this."""
_WIDER = 16
"""By how much the look back or ahead grows each time that nothing was found."""


class Spoken:
    """The words of groups, as the store has them."""

    def __init__(self, plan: Plan, readings: Readings) -> None:
        self._plan, self._readings = plan, Held(readings)
        self._of_group: dict[str, NDArray[np.int64] | None] = {}
        """By subject: the words that are held, once somebody asked for them."""

    def hold(self, groups: Sequence[Group], start_us: int, end_us: int) -> None:
        """Windows of all these groups are about to be asked for: read them at once."""
        members = np.unique(np.concatenate([np.array(group.members, np.int64) for group in groups]))
        margin_us = 2 * min(max(group.least_us for group in groups), US_PER_HOUR)
        if self._readings.hold(members, max(start_us - margin_us, 0), end_us + margin_us):
            self._of_group = {group.subject: None for group in groups if group.members}

    def release(self) -> None:
        """That was all."""
        self._readings.release()
        self._of_group.clear()

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
        reach_us = group.least_us
        while True:
            found = self.words(group, group.members, at_us + 1, at_us + 1 + reach_us)
            if len(found):
                return int(found[0])
            if at_us + reach_us > as_of_us + AHEAD_US:
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

    def pauses(self, group: Group, start_us: int, end_us: int, as_of_us: int) -> list[Pause]:
        """The pauses in a window (as `window` makes them) that may be too long; one that goes on has no end."""
        left = [
            (max(start_us, a), min(end_us, b))
            for a, b in group.spans
            if min(end_us, b) - max(start_us, a) > group.least_us
        ]
        if all(self._at_hand(group, a + 1, b) is not None for a, b in left):
            done, block = 0, len(group.members)
        else:
            done, block = 0, 1
        while left and done < len(group.members):
            members = group.members if block >= len(group.members) else group.members[done : done + block]
            done, block = done + block, min(block * 4, 256)
            left = [piece for a, b in left for piece in self._cut(group, members, a, b)]
        ends = {b for _, b in group.spans if b > as_of_us}
        return [Pause(a, None if b in ends else b) for a, b in left]

    def _cut(self, group: Group, members: Sequence[int], a: int, b: int) -> list[tuple[int, int]]:
        """What is left of a pause after cutting it at the words of some members."""
        times = np.concatenate([[a], self.words(group, members, a + 1, b), [b]]).astype(np.int64)
        wide = np.flatnonzero(np.diff(times) > group.least_us)
        return [(int(times[i]), int(times[i + 1])) for i in wide]
