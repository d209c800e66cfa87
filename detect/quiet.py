"""Who is quiet now, and who was: keeps the last word of every series and judges pauses when there is cause to."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Container, Iterable, Sequence
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from detect.catching_up import CatchingUp
from detect.excursions import DETECTOR as EXCURSION
from detect.excursions import trusted
from detect.layout import NEVER, Ints, Layout
from detect.nouns import Checkpoint, Finding, FindingChange
from detect.ports import Readings
from detect.reconcile import Known, reconcile
from detect.silence import (
    DETECTOR,
    KINDS,
    Group,
    Key,
    Level,
    Pause,
    explained,
    finding,
    groups_of,
    subject_of,
)
from detect.spoken import Spoken
from detect.tracks import FOREVER_US, Plan
from ingest.nouns import US_PER_DAY, Columns
from store.nouns import SeriesInfo

WIDEST_FIRST = (Level.SITE, Level.GATEWAY, Level.DEVICE, Level.QUANTITY, Level.ZONE)
"""A narrow group is judged after those whose silence explains its own."""

SPOKE, WIDER = "spoke_after_all", "part_of_wider_silence"
"""Why a silence is taken back: its readings came late, or it is a part of a wider one."""
MANY = 8
"""From so many windows on it pays to read them together."""


class Now(NamedTuple):
    """The present: as-of time, and per series the newest reading and the newest trusted one."""

    as_of_us: int
    last_us: Ints
    trusted_us: Ints


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
        self._plan, self._known, self._new_id = plan, known, new_id
        self._spoken = Spoken(plan, readings)
        self.groups = groups_of(plan, series)
        self._keys = list(self.groups)
        self._index = {key: i for i, key in enumerate(self._keys)}
        self._catching_up = CatchingUp({s.id: s.gateway for s in series})
        self._due: dict[Key, tuple[int, int]] = {}
        self._open: dict[Key, tuple[Pause, str]] = {}
        """The pauses on record that go on, with their cause."""
        self._away_us: dict[tuple[Key, int], int] = {}
        """When a member that is elsewhere now last spoke for a group."""
        self.judged_us = 0
        """As-of time of the last judgement."""
        self._ends = sorted((end_us, key) for key, g in self.groups.items() for _, end_us in g.spans)
        """When which group is no longer expected to speak."""
        self._layout = Layout(self.groups, max((s.id for s in series), default=0) + 1)

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
            recorded = self._recorded(before[key], 0, FOREVER_US)
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
                    self._away_us.pop((key, series), None)
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
                self._away_us.pop((key, series), None)
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
        now_open = self._open_now(now)
        self._note_ended(now_open, now.as_of_us)
        changes: list[FindingChange] = []
        for level in WIDEST_FIRST:
            ready = [k for k in self._due if k[0] is level and not self._held(self.groups[k], now.as_of_us)]
            self._read_ahead(ready)
            for key in ready:
                changes += self._judge_window(key, *self._due.pop(key), now)
        self._spoken.release()
        for key, (pause, cause) in now_open.items():
            if self._open.get(key) != (pause, cause):
                self._open[key] = (pause, cause)
                recorded = self._recorded(self.groups[key], pause.start_us, FOREVER_US)
                changes += self._record(key, recorded, [(pause, cause)], now.as_of_us)
        return changes

    def _read_ahead(self, ready: Sequence[Key]) -> None:
        """Many windows at once, as after an outage of many gateways, are read with few questions."""
        if len(ready) < MANY:
            return
        groups = [self.groups[key] for key in ready]
        start_us = min(self._due[key][0] for key in ready)
        end_us = max(self._due[key][1] for key in ready)
        wider = {key: self.groups[key] for group in groups for key in self._layout.wider(group)}
        self._spoken.hold([*groups, *wider.values()], start_us, end_us)
        subjects = dict.fromkeys(group.subject for group in (*groups, *wider.values()))
        self._known.load(list(subjects), start_us - US_PER_DAY)

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

    # ------------------------------------------------------------------ the present

    def _open_now(self, now: Now) -> dict[Key, tuple[Pause, str]]:
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
            if not pause or not self._too_long(group, pause, now.as_of_us) or self._held(group, now.as_of_us):
                continue
            wider = {
                k: [p]
                for k in self._layout.wider(group)
                if (p := self._pause_now(self.groups[k], int(newest[self._index[k]]), now.as_of_us))
                and self._counts(k, p, group, pause, now.as_of_us)
            }
            cause = self._cause(group, pause, wider)
            if cause:
                found[key] = (pause, cause)
        return found

    def _counts(self, key: Key, wider: Pause, group: Group, pause: Pause, as_of_us: int) -> bool:
        """Whether a wider pause of now may explain another: of a site one that is too long, or may yet become so in time."""
        if key[0] is not Level.SITE or self._too_long(self.groups[key], wider, as_of_us):
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

    def _too_long(self, group: Group, pause: Pause, as_of_us: int) -> bool:
        end_us = as_of_us if pause.end_us is None else pause.end_us
        if group.overdue(pause.start_us, end_us):
            return True
        return (
            group.level is Level.ZONE
            and group.overdue(pause.start_us, end_us, in_excursion=True)
            and self._in_excursion(group, pause.start_us)
        )

    def _in_excursion(self, group: Group, at_us: int) -> bool:
        """Whether the goods of a zone were beyond a limit when it fell silent."""
        subjects = {
            subject_of(*key)
            for member in group.members
            for key in self._layout.of_series[member]
            if key[0] is Level.QUANTITY
        }
        return any(
            found.detector == EXCURSION and found.zone == group.name
            for subject in subjects | group.goods_subjects
            for found in self._known.within(subject, at_us, at_us + 1)
        )

    def _cause(self, group: Group, pause: Pause, wider: dict[Key, list[Pause]]) -> str | None:
        """One cause, one alarm: None if a wider group's silence explains it, which for a zone is its cause instead."""
        expected = group.at(pause.start_us)
        tolerance_us = expected.alert_us if group.level is Level.ZONE else expected.quiet_us
        by = next((k for k, found in wider.items() if explained(pause, tolerance_us, found)), None)
        if group.level is Level.ZONE:
            return f"{subject_of(*by)}:silent" if by else f"{group.subject}:unwatched"
        return None if by else f"{subject_of(group.level, group.name)}:silent"

    # ------------------------------------------------------------------ the past

    def _judge_window(self, key: Key, start_us: int, end_us: int, now: Now) -> list[FindingChange]:
        """Judge a group's ended pauses in a window again; what still goes on is left to the look at the present."""
        group = self.groups[key]
        first_word = start_us == end_us == self._newest_us(key, now) and group.spans[0][1] > now.as_of_us
        if first_word and not group.overdue(group.known_from_us, end_us, in_excursion=True):
            return []
        start_us, end_us = self._widened(key, start_us, end_us, now.as_of_us)
        wider = {k: self._pauses(k, start_us, end_us, now.as_of_us) for k in self._layout.wider(group)}
        ended = [p for p in self._pauses(key, start_us, end_us, now.as_of_us) if p.end_us is not None]
        judged = [(p, cause) for p in ended if (cause := self._cause(group, p, wider))]
        recorded = [
            f
            for f in self._recorded(group, start_us, end_us)
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

    def _pauses(self, key: Key, start_us: int, end_us: int, as_of_us: int) -> list[Pause]:
        group = self.groups[key]
        found = self._spoken.pauses(group, start_us, end_us, as_of_us)
        return [p for p in found if self._too_long(group, p, as_of_us)]

    def _widened(self, key: Key, start_us: int, end_us: int, as_of_us: int) -> tuple[int, int]:
        """The window and all recorded silence it touches, made to begin and end with a word of the group."""
        group = self.groups[key]
        for other in [group, *(self.groups[k] for k in self._layout.wider(group))]:
            for found in self._recorded(other, start_us - 1, end_us + 1):
                start_us = min(start_us, found.start_us)
                end_us = max(end_us, as_of_us if found.end_us is None else found.end_us)
        return self._spoken.window(group, start_us, end_us, as_of_us)

    def _recorded(self, group: Group, start_us: int, end_us: int) -> list[Finding]:
        found = self._known.within(group.subject, start_us, end_us)
        return [f for f in found if f.detector == DETECTOR and f.kind is KINDS[group.level]]

    def _record(
        self, key: Key, recorded: list[Finding], judged: list[tuple[Pause, str]], as_of_us: int,
        reason: str = SPOKE,
    ) -> list[FindingChange]:  # fmt: skip
        group = self.groups[key]
        found = [finding(group, pause, cause, as_of_us) for pause, cause in judged]
        changes = reconcile(recorded, found, reason, self._new_id)
        self._known.note(changes)
        return changes
