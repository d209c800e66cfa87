"""The present: who has been quiet for too long by now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from detect.layout import NEVER, Ints, Layout
from detect.pauses import Pauses
from detect.silence import Group, Key, Level, Pause
from detect.spoken import Spoken
from detect.tracks import Plan


class Now(NamedTuple):
    """The present: as-of time, and per series the newest reading and the newest trusted one."""

    as_of_us: int
    last_us: Ints
    trusted_us: Ints


class Present:
    """Looks at the newest words of all groups. `held`: whether one is not to be judged yet, as of a time."""

    def __init__(
        self,
        plan: Plan,
        groups: Mapping[Key, Group],
        layout: Layout,
        pauses: Pauses,
        spoken: Spoken,
        held: Callable[[Group, int], bool],
    ) -> None:
        self._plan, self._layout, self._pauses, self._spoken = plan, layout, pauses, spoken
        self.groups, self._held = groups, held
        self._keys = list(groups)
        self._index = {key: i for i, key in enumerate(self._keys)}
        self._away_us: dict[tuple[Key, int], int] = {}
        """When a member that is elsewhere now last spoke for a group."""

    def forget(self, key: Key, member: int) -> None:
        """A member has said something, or has one word less: what was found in the store may be so no more."""
        self._away_us.pop((key, member), None)

    def open_now(self, now: Now) -> dict[Key, tuple[Pause, str]]:
        """The groups that have been quiet for too long by now, less what a wider group explains, with the cause.

        A wider group explains from its last word on: were it alive, it would speak before this one is missed.
        """
        if not self.groups:
            return {}
        newest = self._layout.newest_us(now.last_us, now.trusted_us)
        for i in self._layout.roaming:
            newest[i] = self._roamers_spoke_us(self._keys[i], now)
        found: dict[Key, tuple[Pause, str]] = {}
        for i in np.flatnonzero(now.as_of_us - newest > self._layout.least_us).tolist():
            key, group = self._keys[i], self.groups[self._keys[i]]
            pause = self._pause_now(group, int(newest[i]), now.as_of_us)
            if (
                not pause
                or not self._pauses.too_long(group, pause, now.as_of_us)
                or self._held(group, now.as_of_us)
            ):
                continue
            wider = {
                k: [p]
                for k in self._layout.wider(group)
                if (p := self._pause_now(self.groups[k], int(newest[self._index[k]]), now.as_of_us))
                and self._counts(k, p, group, pause, now.as_of_us)
            }
            cause = self._pauses.cause(group, pause, wider)
            if cause:
                found[key] = (pause, cause)
        return found

    def _counts(self, key: Key, wider: Pause, group: Group, pause: Pause, as_of_us: int) -> bool:
        """Whether a wider pause of now may explain another: of a site one that is too long, or may yet become so in time."""
        if key[0] is not Level.SITE or self._pauses.too_long(self.groups[key], wider, as_of_us):
            return True
        waits_us = 2 * group.at(pause.start_us).quiet_us
        return group.level is not Level.ZONE and pause.length(as_of_us) <= waits_us

    def _roamers_spoke_us(self, key: Key, now: Now) -> int:
        """When a group last spoke, some of whose members have been elsewhere too."""
        group = self.groups[key]
        source = now.trusted_us if group.level is Level.ZONE else now.last_us
        newest = NEVER
        for member in group.members:
            spoke_us = int(source[member])
            stretch = self._plan.stretch(member, spoke_us)
            there = group.speaks_in(stretch) if stretch else group.level is not Level.ZONE
            if member in group.roaming and not there:
                spoke_us = self._spoke_there_us(key, member, spoke_us)
            else:
                self._away_us.pop((key, member), None)
            newest = max(newest, spoke_us)
        return newest

    def _spoke_there_us(self, key: Key, member: int, before_us: int) -> int:
        """When a member that is elsewhere now last spoke for a group."""
        if (key, member) not in self._away_us:
            found = self._spoken.before(self.groups[key], [member], before_us + 1)
            self._away_us[key, member] = NEVER if found is None else found
        return self._away_us[key, member]

    def _pause_now(self, group: Group, spoke_us: int, as_of_us: int) -> Pause | None:
        """The pause since a group's last word, while it is expected to speak."""
        span = next((s for s in group.spans if s[0] <= as_of_us < s[1]), None)
        if span is None:
            return None
        if spoke_us == NEVER or (group.level is Level.ZONE and spoke_us < group.spans[0][0]):
            spoke_us = group.known_from_us
        return Pause(max(spoke_us, span[0]), None)
