"""Who is quiet now, and who was: keeps the last word of every series and judges pauses when there is cause to."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Container, Iterable, Sequence
from operator import itemgetter

import numpy as np

from detect.catching_up import CatchingUp
from detect.excursions import trusted
from detect.layout import NEVER, Ints, Layout
from detect.nouns import Checkpoint, Finding, FindingChange
from detect.pauses import Pauses
from detect.ports import Readings
from detect.present import Now, Present
from detect.reconcile import Known, reconcile
from detect.silence import (
    DETECTOR,
    KINDS,
    Group,
    Key,
    Level,
    Pause,
    finding,
    groups_of,
)
from detect.spoken import Spoken, Window, in_parts
from detect.tracks import FOREVER_US, Plan
from ingest.nouns import US_PER_DAY, Columns
from store.nouns import SeriesInfo

WIDEST_FIRST = (Level.SITE, Level.GATEWAY, Level.DEVICE, Level.QUANTITY, Level.ZONE)
"""A narrow group is judged after those whose silence explains its own."""

SPOKE, WIDER = "spoke_after_all", "part_of_wider_silence"
"""Why a silence is taken back: its readings came late, or it is a part of a wider one."""
MANY = 8
"""From so many windows on it pays to read them together."""


class Silence:
    """Pauses of quantities, devices, gateways and zones, as findings."""

    def __init__(
        self,
        plan: Plan,
        series: Sequence[SeriesInfo],
        readings: Readings,
        known: Known,
        new_id: Callable[[], str],
    ) -> None:
        self._known, self._new_id = known, new_id
        self._spoken = Spoken(plan, readings)
        self.groups = groups_of(plan, series)
        self._catching_up = CatchingUp({s.id: s.gateway for s in series})
        self._due: dict[Key, tuple[int, int]] = {}
        self._open: dict[Key, tuple[Pause, str]] = {}
        """The pauses on record that go on, with their cause."""
        self.judged_us = 0
        """As-of time of the last judgement."""
        self._ends = sorted((end_us, key) for key, g in self.groups.items() for _, end_us in g.spans)
        """When which group is no longer expected to speak."""
        self._layout = Layout(self.groups, max((s.id for s in series), default=0) + 1)
        self._pauses = Pauses(self._layout, known)
        self._present = Present(plan, self.groups, self._layout, self._pauses, self._spoken, self._held)

    # ------------------------------------------------------------------ what is remembered

    def checkpoint(self) -> tuple[list[tuple[str, str, int, int]], dict[str, int]]:
        """The windows that wait to be judged, and which gateways lagged when."""
        return [
            (level.value, name, *span) for (level, name), span in self._due.items()
        ], self._catching_up.lagged_us

    def adopt(self, checkpoint: Checkpoint, open_findings: Iterable[Finding]) -> None:
        """Take up what waits to be judged, and the pauses that were recorded as still going on."""
        self._catching_up.lagged_us = dict(checkpoint.lagged)
        self.judged_us = checkpoint.as_of_us
        for level_name, name, start_us, end_us in checkpoint.due:
            key = (Level(level_name), name)
            if key in self.groups:
                self.look_again(key, start_us, end_us)
        of_subject = {(group.subject, KINDS[key[0]]): key for key, group in self.groups.items()}
        for found in open_findings:
            if (found.subject, found.kind) in of_subject:
                self._open[of_subject[found.subject, found.kind]] = (Pause(found.start_us, None), found.cause)

    def go_on(self, before: Silence) -> None:
        """Take up what an older one knew, for those who are still expected to speak."""
        self._catching_up.go_on(before._catching_up)
        self.judged_us = before.judged_us
        self._due = {key: window for key, window in before._due.items() if key in self.groups}
        self._open = {key: pause for key, pause in before._open.items() if key in self.groups}

    def replaces(self, before: dict[Key, Group], as_of_us: int) -> list[FindingChange]:
        """Judge again what a changed registry expects otherwise than `before`; what it no longer expects is retracted."""
        for key, group in self.groups.items():
            old = before.get(key, Group(*key))
            differing = [e.from_us for e in group.expected.keys() ^ old.expected.keys()]
            if differing or (old.members, old.gateways) != (group.members, group.gateways):
                self.look_again(key, max(min(differing, default=0), 0), as_of_us)
        changes: list[FindingChange] = []
        for key in before.keys() - self.groups.keys():
            recorded = self._pauses.recorded(before[key], 0, FOREVER_US)
            changes += reconcile(recorded, [], "registry_changed", self._new_id)
            for narrow in self._consequences(before[key]):
                self.look_again(narrow, 0, as_of_us)
        self._known.note(changes)
        return changes

    def disown(self, recorded: Iterable[Finding]) -> list[FindingChange]:
        """Retract silence on record of those of whom the registry does not expect anything any more."""
        expected = {(group.subject, KINDS[key[0]]) for key, group in self.groups.items()}
        gone = [f for f in recorded if f.detector == DETECTOR and (f.subject, f.kind) not in expected]
        changes = reconcile(gone, [], "registry_changed", self._new_id)
        self._known.note(changes)
        return changes

    def _consequences(self, group: Group) -> list[Key]:
        """The groups that a vanished wider one may have explained."""
        return [
            key
            for key, other in self.groups.items()
            if (group.level is Level.SITE and group.name in other.sites)
            or (group.level is Level.GATEWAY and group.name in other.gateways)
            or (group.level is Level.DEVICE and other.devices == {group.name})
        ]

    # ------------------------------------------------------------------ hearing

    def heard(self, kept: Columns, last_us: Ints, trusted_us: Ints, received_us: int) -> None:
        """Note newly kept readings (sorted by series and time); `last_us`, `trusted_us` are as before them."""
        if not self.groups or not len(kept):
            return
        self._catching_up.note(kept, received_us)
        self._note_pauses(kept, last_us, self._layout.quiet_us, zone=False)
        self._note_pauses(trusted(kept), trusted_us, self._layout.zone_quiet_us, zone=True)

    def doubted(self, disputed: Columns) -> None:
        """Note readings that were trusted before: their zones have one word less."""
        for series, time_us in zip(disputed.series.tolist(), disputed.time_us.tolist(), strict=True):
            for key in self._layout.of_series.get(series, []):
                if key[0] is Level.ZONE:
                    self._present.forget(key, series)
                    self.look_again(key, time_us, time_us)

    def _note_pauses(self, rows: Columns, before_us: Ints, quiet_us: Ints, *, zone: bool) -> None:
        if not len(rows):
            return
        first = np.append(True, rows.series[1:] != rows.series[:-1])
        before = before_us[rows.series]
        previous = np.where(first, before, np.roll(rows.time_us, 1))
        late = rows.time_us <= before  # the newest itself comes again after a restart
        wide = rows.time_us - previous > quiet_us[rows.series]
        odd = np.flatnonzero(late | wide | (before == NEVER))
        for series in np.unique(rows.series[odd]).tolist():
            own = odd[rows.series[odd] == series]
            start_us = int(np.where(late[own], rows.time_us[own], previous[own]).min())
            end_us = int(rows.time_us[own].max())
            for key in self._layout.of_series.get(series, []):
                self._present.forget(key, series)
                if (key[0] is Level.ZONE) == zone:
                    self._note_window(key, start_us, int(rows.time_us[own[0]]), end_us, before_us)

    def _note_window(self, key: Key, start_us: int, first_us: int, end_us: int, before_us: Ints) -> None:
        """Have a window judged; a series that speaks for the first time is measured by what its group said before."""
        if start_us == NEVER:
            spoke_us = int(before_us[self._layout.members[key]].max())
            start_us = first_us if spoke_us == NEVER else min(spoke_us, first_us)
        self.look_again(key, start_us, end_us)

    def look_again(self, key: Key, start_us: int, end_us: int) -> None:
        """Judge a group's pauses in [start_us, end_us] again as soon as nobody there is catching up."""
        old = self._due.get(key, (start_us, end_us))
        self._due[key] = (min(old[0], start_us), max(old[1], end_us))

    def look_at_zone(self, zone: str, start_us: int, end_us: int) -> None:
        """Judge a zone's pauses again, because what is known of excursions there has changed."""
        group = self.groups.get((Level.ZONE, zone))
        if group and any(e.alert_us < e.quiet_us for e in group.expected):
            self.look_again((Level.ZONE, zone), start_us, end_us)

    # ------------------------------------------------------------------ judging

    def judge(self, now: Now) -> list[FindingChange]:
        """The changes since the last call: pauses that began, ended, or turned out otherwise."""
        if not self.groups:
            return []
        now_open = self._present.open_now(now)
        self._note_ended(now_open, now.as_of_us)
        changes: list[FindingChange] = []
        for level in WIDEST_FIRST:
            changes += self._judge_level([key for key in self._due if key[0] is level], now)
        for key, (pause, cause) in now_open.items():
            if self._open.get(key) != (pause, cause):
                self._open[key] = (pause, cause)
                recorded = self._pauses.recorded(self.groups[key], pause.start_us, FOREVER_US)
                changes += self._record(key, recorded, [(pause, cause)], now.as_of_us)
        return changes

    def _judge_level(self, keys: Sequence[Key], now: Now) -> list[FindingChange]:
        """Judge what is due of groups of one level; many at once, as after an outage, are read with few questions."""
        ready = [key for key in keys if not self._held(self.groups[key], now.as_of_us)]
        if len(ready) < MANY:
            return [change for key in ready for change in self._judge_window(key, *self._due.pop(key), now)]
        wider = {key: self.groups[key] for k in ready for key in self._layout.wider(self.groups[k])}
        subjects = {self.groups[key].subject: None for key in (*ready, *wider)}
        self._known.load(list(subjects), min(self._due[key][0] for key in ready) - US_PER_DAY)
        self._spoken.share(wider.values())
        changes: list[FindingChange] = []
        for part in in_parts(Window(self.groups[key], *self._due.pop(key)) for key in ready):
            self._spoken.hold(part, now.as_of_us)
            for window in part:
                changes += self._judge_window(window.group.key, window.start_us, window.end_us, now)
        self._spoken.release()
        return changes

    def _note_ended(self, now_open: Container[Key], as_of_us: int) -> None:
        """Have those judged who are no longer silent, or no longer expected to speak (even if nobody looked before)."""
        for key in [key for key in self._open if key not in now_open]:
            if not self._held(self.groups[key], as_of_us):
                pause, _ = self._open.pop(key)
                self.look_again(key, pause.start_us, as_of_us)
        first, last = (bisect_right(self._ends, us, key=itemgetter(0)) for us in (self.judged_us, as_of_us))
        for end_us, key in self._ends[first:last]:
            self.look_again(key, end_us, end_us)
        self.judged_us = as_of_us

    def _held(self, group: Group, as_of_us: int) -> bool:
        return self._catching_up.holds(group.gateways, as_of_us)

    # ------------------------------------------------------------------ the past

    def _judge_window(self, key: Key, start_us: int, end_us: int, now: Now) -> list[FindingChange]:
        """Judge a group's ended pauses in a window again; what still goes on is left to the look at the present."""
        group = self.groups[key]
        first_word = start_us == end_us == self._newest_us(key, now) and group.spans[0][1] > now.as_of_us
        if first_word and not group.overdue(group.known_from_us, end_us, in_excursion=True):
            return []
        start_us, end_us = self._widened(key, start_us, end_us, now.as_of_us)
        wider = {k: self._too_long(k, start_us, end_us, now.as_of_us) for k in self._layout.wider(group)}
        ended = [p for p in self._too_long(key, start_us, end_us, now.as_of_us) if p.end_us is not None]
        judged = [(p, cause) for p in ended if (cause := self._pauses.cause(group, p, wider))]
        recorded = [
            f
            for f in self._pauses.recorded(group, start_us, end_us)
            if f.end_us is not None or key not in self._open
        ]
        goes_on = any(pause.end_us is None for pauses in wider.values() for pause in pauses)
        changes = self._record(key, recorded, judged, now.as_of_us, WIDER if goes_on else SPOKE)
        if changes:
            for narrow in self._layout.narrower.get(key, []):
                self.look_again(narrow, start_us, min(end_us, now.as_of_us))
        return changes

    def _newest_us(self, key: Key, now: Now) -> int:
        source = now.trusted_us if key[0] is Level.ZONE else now.last_us
        return int(source[self._layout.members[key]].max(initial=NEVER))

    def _too_long(self, key: Key, start_us: int, end_us: int, as_of_us: int) -> list[Pause]:
        group = self.groups[key]
        found = self._spoken.pauses(group, start_us, end_us, as_of_us)
        return [p for p in found if self._pauses.too_long(group, p, as_of_us)]

    def _widened(self, key: Key, start_us: int, end_us: int, as_of_us: int) -> tuple[int, int]:
        """The window and all recorded silence it touches, made to begin and end with a word of the group."""
        group = self.groups[key]
        for other in [group, *(self.groups[k] for k in self._layout.wider(group))]:
            for found in self._pauses.recorded(other, start_us - 1, end_us + 1):
                start_us = min(start_us, found.start_us)
                end_us = max(end_us, as_of_us if found.end_us is None else found.end_us)
        return self._spoken.window(group, start_us, end_us, as_of_us)

    def _record(
        self, key: Key, recorded: list[Finding], judged: list[tuple[Pause, str]], as_of_us: int,
        reason: str = SPOKE,
    ) -> list[FindingChange]:  # fmt: skip
        group = self.groups[key]
        found = [finding(group, pause, cause, as_of_us) for pause, cause in judged]
        changes = reconcile(recorded, found, reason, self._new_id)
        self._known.note(changes)
        return changes
