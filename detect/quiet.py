"""Who is quiet now, and who was: keeps the last word of every series and judges pauses when there is cause to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from detect.excursions import trusted
from detect.nouns import GOODS_KINDS, Checkpoint, Finding, FindingChange, Json, Kind
from detect.ports import Readings
from detect.reconcile import Known, reconcile
from detect.silence import (
    DETECTOR,
    KINDS,
    Group,
    Level,
    Pause,
    explained,
    finding,
    groups_of,
    pauses,
    subject_of,
    words,
)
from detect.tracks import FOREVER_US, Plan
from ingest.nouns import Columns
from store.nouns import SeriesInfo

LAG_US = 120_000_000
"""A gateway whose newest reading is older than this on arrival is catching up."""
SETTLE_US = 10_000_000
"""A gateway that was catching up is believed to have caught up when it has not lagged for so long."""
AHEAD_US = 3_600_000_000
"""No kept reading is further ahead of its receipt than this."""
NEVER = -1

Key = tuple[Level, str]


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
        self._plan, self._readings, self._known, self._new_id = plan, readings, known, new_id
        self.groups = groups_of(plan, series)
        self._keys = [key for key in self.groups]
        self._of_series: dict[int, list[Key]] = {}
        for key, group in self.groups.items():
            for member in group.members:
                self._of_series.setdefault(member, []).append(key)
        size = max((s.id for s in series), default=0) + 1
        self._quiet_us = np.full(size, FOREVER_US, np.int64)
        self._zone_quiet_us = np.full(size, FOREVER_US, np.int64)
        for (level, _), group in self.groups.items():
            target = self._zone_quiet_us if level is Level.ZONE else self._quiet_us
            for member in group.members:
                target[member] = min(target[member], group.alert_us)
        self._gateway = {s.id: s.gateway for s in series}
        self._lagged_us: dict[str, int] = {}
        self._due: dict[Key, tuple[int, int]] = {}
        self._open: dict[Key, Pause] = {}
        self._shared_zones = [
            key
            for key in self._keys
            if key[0] is Level.ZONE
            and any(s.zone != key[1] for m in self.groups[key].members for s in plan.stretches[m])
        ]
        self._members = {key: np.array(g.members, np.int64) for key, g in self.groups.items()}
        self._flat = np.array([m for g in self.groups.values() for m in g.members or [0]], np.int64)
        lengths = [max(len(g.members), 1) for g in self.groups.values()]
        self._offsets = (
            np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)
            if lengths
            else np.zeros(0, np.int64)
        )
        self._limit_us = np.array([g.alert_us for g in self.groups.values()], np.int64)
        self._is_zone = np.array([k[0] is Level.ZONE for k in self._keys], np.bool_)
        self._has_members = np.array([bool(g.members) for g in self.groups.values()], np.bool_)

    def checkpoint(self) -> tuple[list[tuple[str, str, int, int]], dict[str, int]]:
        """The windows that wait to be judged, and which gateways lagged when."""
        return [(level.value, name, *span) for (level, name), span in self._due.items()], self._lagged_us

    def adopt(self, checkpoint: Checkpoint, open_findings: Iterable[Finding]) -> None:
        """Take up what waits to be judged, and the pauses that were recorded as still going on."""
        self._lagged_us = dict(checkpoint.lagged)
        for level_name, name, start_us, end_us in checkpoint.due:
            key = (Level(level_name), name)
            if key in self.groups:
                self.look_again(key, start_us, end_us)
        of_subject = {(self.groups[key].subject, KINDS[key[0]]): key for key in self._keys}
        for found in open_findings:
            if (found.subject, found.kind) in of_subject:
                self._open[of_subject[found.subject, found.kind]] = Pause(found.start_us, None)

    def heard(
        self, kept: Columns, last_us: NDArray[np.int64], trusted_us: NDArray[np.int64], received_us: int
    ) -> None:
        """Note newly kept readings (sorted by series and time); `last_us`, `trusted_us` are as before them."""
        if not self.groups or not len(kept):
            return
        self._note_lag(kept, received_us)
        self._note_pauses(kept, last_us, self._quiet_us, zone=False)
        self._note_pauses(trusted(kept), trusted_us, self._zone_quiet_us, zone=True)

    def _note_lag(self, kept: Columns, received_us: int) -> None:
        last_of_series = np.append(kept.series[1:] != kept.series[:-1], True)
        newest: dict[str, int] = {}
        series, times = kept.series[last_of_series].tolist(), kept.time_us[last_of_series].tolist()
        for number, time_us in zip(series, times, strict=True):
            gateway = self._gateway.get(number, "")
            newest[gateway] = max(newest.get(gateway, 0), time_us)
        for gateway, time_us in newest.items():
            if received_us - time_us > LAG_US:
                self._lagged_us[gateway] = received_us

    def _note_pauses(
        self, rows: Columns, before_us: NDArray[np.int64], quiet_us: NDArray[np.int64], *, zone: bool
    ) -> None:
        if not len(rows):
            return
        first = np.append(True, rows.series[1:] != rows.series[:-1])
        before = before_us[rows.series]
        previous = np.where(first, before, np.roll(rows.time_us, 1))
        late = rows.time_us < before
        wide = rows.time_us - previous > quiet_us[rows.series]
        odd = np.flatnonzero(late | wide | (before == NEVER))
        for series in np.unique(rows.series[odd]).tolist():
            own = odd[rows.series[odd] == series]
            start_us = int(np.where(late[own], rows.time_us[own], previous[own]).min())
            end_us = int(rows.time_us[own].max())
            for key in self._of_series.get(series, []):
                if (key[0] is Level.ZONE) == zone:
                    self._note_window(key, start_us, int(rows.time_us[own[0]]), end_us, before_us)

    def _note_window(
        self, key: Key, start_us: int, first_us: int, end_us: int, before_us: NDArray[np.int64]
    ) -> None:
        """Have a window judged; a series that speaks for the first time is measured by what its group said before."""
        if start_us == NEVER:
            spoke_us = int(before_us[self._members[key]].max())
            start_us = first_us if spoke_us == NEVER else min(spoke_us, first_us)
        self.look_again(key, start_us, end_us)

    def look_again(self, key: Key, start_us: int, end_us: int) -> None:
        """Judge a group's pauses in [start_us, end_us] again as soon as nobody there is catching up."""
        old = self._due.get(key, (start_us, end_us))
        self._due[key] = (min(old[0], start_us), max(old[1], end_us))

    def zone_key(self, zone: str) -> Key | None:
        """The group of a zone, if any device there is expected to speak."""
        key = (Level.ZONE, zone)
        return key if key in self.groups else None

    def judge(
        self, as_of_us: int, last_us: NDArray[np.int64], trusted_us: NDArray[np.int64]
    ) -> list[FindingChange]:
        """The changes since the last call: pauses that began, ended, or turned out otherwise."""
        if not self.groups:
            return []
        changes: list[FindingChange] = []
        now_open = self._open_now(as_of_us, last_us, trusted_us)
        for key in [key for key in self._open if key not in now_open]:
            if not self._held(self.groups[key], as_of_us):
                ended = self._open.pop(key)
                self.look_again(key, ended.start_us, self._spoke_us(key, last_us, trusted_us, as_of_us))
        ready = [key for key in self._due if not self._held(self.groups[key], as_of_us)]
        for key in sorted(ready, key=lambda k: k[0] is Level.ZONE):
            changes += self._judge_window(key, *self._due.pop(key), as_of_us, last_us, trusted_us)
        for key, pause in now_open.items():
            if self._open.get(key) != pause:
                self._open[key] = pause
                changes += self._record(key, [pause], pause.start_us, FOREVER_US, as_of_us, now_open)
        return changes

    def _spoke_us(
        self, key: Key, last_us: NDArray[np.int64], trusted_us: NDArray[np.int64], as_of_us: int
    ) -> int:
        if key in self._shared_zones:
            return self._zone_spoke_us(self.groups[key], trusted_us)
        source = trusted_us if key[0] is Level.ZONE else last_us
        return int(source[self._members[key]].max(initial=NEVER))

    def _zone_spoke_us(self, group: Group, trusted_us: NDArray[np.int64]) -> int:
        """When a zone last spoke, some of whose devices have been elsewhere too."""
        newest = NEVER
        away = []
        for member in group.members:
            stretch = self._plan.stretch(member, int(trusted_us[member]))
            if stretch and stretch.zone == group.name:
                newest = max(newest, int(trusted_us[member]))
            else:
                away.append(member)
        for member in away:
            for stretch in self._plan.stretches[member]:
                if stretch.zone == group.name and stretch.to_us > newest:
                    end_us = min(stretch.to_us, int(trusted_us[member]) + 1)
                    found = words(
                        group, [member], max(newest, stretch.from_us), end_us, self._readings, self._plan
                    )
                    newest = max(newest, int(found[-1])) if len(found) else newest
        return newest

    def _held(self, group: Group, as_of_us: int) -> bool:
        """Whether a gateway of the group is catching up, so that its silence is not to be judged yet."""
        return any(as_of_us - self._lagged_us.get(g, -FOREVER_US) < SETTLE_US for g in group.gateways)

    def _open_now(
        self, as_of_us: int, last_us: NDArray[np.int64], trusted_us: NDArray[np.int64]
    ) -> dict[Key, Pause]:
        """The groups that have been quiet for too long by now, without what a wider group explains."""
        newest = np.maximum.reduceat(last_us[self._flat], self._offsets)
        newest = np.where(self._is_zone, np.maximum.reduceat(trusted_us[self._flat], self._offsets), newest)
        newest = np.where(self._has_members, newest, NEVER)
        for key in self._shared_zones:
            newest[self._keys.index(key)] = self._zone_spoke_us(self.groups[key], trusted_us)
        found: dict[Key, Pause] = {}
        for i in np.flatnonzero(as_of_us - newest > self._limit_us).tolist():
            key = self._keys[i]
            pause = self._pause_now(self.groups[key], int(newest[i]), as_of_us)
            if pause and not self._held(self.groups[key], as_of_us):
                found[key] = pause
        return {key: pause for key, pause in found.items() if not self._explained(key, pause, found)}

    def _pause_now(self, group: Group, spoke_us: int, as_of_us: int) -> Pause | None:
        span = next((s for s in group.spans if s[0] <= as_of_us < s[1]), None)
        if span is None:
            return None
        start = spoke_us if spoke_us >= span[0] else span[0]
        if spoke_us == NEVER:
            start = max(span[0], group.known_from_us)
        pause = Pause(start, None)
        return pause if self._too_long(group, pause, as_of_us) else None

    def _too_long(self, group: Group, pause: Pause, as_of_us: int) -> bool:
        length = pause.length(as_of_us)
        if length > group.quiet_us:
            return True
        return (
            length > group.alert_us
            and group.level is Level.ZONE
            and self._in_excursion(group, pause.start_us)
        )

    def _in_excursion(self, group: Group, at_us: int) -> bool:
        """Whether the goods of a zone were beyond a limit when it fell silent."""
        return any(
            found.kind in GOODS_KINDS and found.kind is not Kind.UNWATCHED and found.zone == group.name
            for subject in self._subjects(group)
            for found in self._known.within(subject, at_us, at_us + 1)
        )

    def _subjects(self, group: Group) -> list[str]:
        return [
            subject_of(*key)
            for member in group.members
            for key in self._of_series[member]
            if key[0] is Level.QUANTITY
        ]

    def _explained(self, key: Key, pause: Pause, found: dict[Key, Pause]) -> bool:
        level, group = key[0], self.groups[key]
        if level in {Level.GATEWAY, Level.ZONE}:
            return False
        wider = [found[k] for k in self._wider(group) if k in found]
        return explained(pause, group.quiet_us, wider)

    def _wider(self, group: Group) -> list[Key]:
        """The groups whose silence would make this one's a mere consequence."""
        keys: list[Key] = [(Level.GATEWAY, g) for g in group.gateways]
        if group.level is Level.QUANTITY:
            keys += [(Level.DEVICE, d) for d in group.devices]
        return [key for key in keys if key in self.groups]

    def _judge_window(
        self, key: Key, start_us: int, end_us: int, as_of_us: int, last_us: NDArray[np.int64],
        trusted_us: NDArray[np.int64],
    ) -> list[FindingChange]:  # fmt: skip
        """Judge a group's ended pauses in a window again; what still goes on is left to the look at the present."""
        group = self.groups[key]
        spoke_us = self._spoke_us(key, last_us, trusted_us, as_of_us)
        if start_us == end_us == spoke_us:
            return []  # the first word of the group
        start_us, end_us = self._widened(group, start_us, end_us, spoke_us, as_of_us)
        found = self._ended(group, start_us, end_us, as_of_us)
        wider = [
            p for k in self._wider(group) for p in self._ended(self.groups[k], start_us, end_us, as_of_us)
        ]
        if group.level is not Level.ZONE:
            found = [p for p in found if not explained(p, group.quiet_us, wider)]
        return self._record(key, found, start_us, end_us, as_of_us, {})

    def _ended(self, group: Group, start_us: int, end_us: int, as_of_us: int) -> list[Pause]:
        found = pauses(group, start_us, end_us, self._readings, self._plan, group.alert_us)
        return [p for p in found if self._too_long(group, p, as_of_us)]

    def _widened(
        self, group: Group, start_us: int, end_us: int, spoke_us: int, as_of_us: int
    ) -> tuple[int, int]:
        """The window, made to begin and end with a reading of the group, or with the first or last one of all."""
        for wider in [group, *(self.groups[k] for k in self._wider(group))]:
            for found in self._known.within(wider.subject, start_us - 1, end_us + 1):
                if found.detector == DETECTOR:
                    start_us = min(start_us, found.start_us)
                    end_us = max(end_us, spoke_us if found.end_us is None else found.end_us)
        first_us = self._word_before(group, start_us)
        last_us = self._word_after(group, end_us, as_of_us)
        if first_us is None:
            first_us = self._word_after(group, start_us, as_of_us)
        if last_us is None:
            last_us = self._word_before(group, end_us)
        return (start_us, start_us) if first_us is None or last_us is None else (first_us, last_us)

    def _word_before(self, group: Group, at_us: int) -> int | None:
        """When the group last spoke at or before a moment."""
        reach_us = group.alert_us
        while True:
            from_us = max(at_us - reach_us, 0)
            found = words(group, group.members, from_us, at_us + 1, self._readings, self._plan)
            if len(found):
                return int(found[-1])
            if not from_us:
                return None
            reach_us *= 16

    def _word_after(self, group: Group, at_us: int, as_of_us: int) -> int | None:
        """When the group first spoke at or after a moment."""
        reach_us = group.alert_us
        while True:
            found = words(group, group.members, at_us, at_us + reach_us, self._readings, self._plan)
            if len(found):
                return int(found[0])
            if at_us + reach_us > as_of_us + AHEAD_US:
                return None
            reach_us *= 16

    def _record(
        self,
        key: Key,
        found: list[Pause],
        start_us: int,
        end_us: int,
        as_of_us: int,
        now_open: dict[Key, Pause],
    ) -> list[FindingChange]:
        group = self.groups[key]
        recorded = [
            f for f in self._known.within(group.subject, start_us, end_us)
            if f.detector == DETECTOR and f.kind is KINDS[group.level] and not (f.end_us is None and key in self._open and not now_open)
        ]  # fmt: skip
        judged = [
            finding(group, p, self._cause(group, p, now_open), as_of_us, _evidence(group)) for p in found
        ]
        changes = reconcile(recorded, judged, "spoke_after_all", self._new_id)
        self._known.note(changes)
        return changes

    def _cause(self, group: Group, pause: Pause, now_open: dict[Key, Pause]) -> str:
        """One cause, one alarm: a zone that is unwatched because its one gateway is silent belongs to that."""
        if group.level is Level.ZONE and len(group.gateways) == 1:
            key: Key = (Level.GATEWAY, next(iter(group.gateways)))
            if key in self.groups and self._gateway_pause(key, pause, now_open):
                return f"{subject_of(*key)}:silent"
        if group.level is Level.ZONE:
            return f"{group.subject}:unwatched"
        return f"{group.subject}:silent"

    def _gateway_pause(self, key: Key, pause: Pause, now_open: dict[Key, Pause]) -> bool:
        if pause.end_us is None:
            wider = [now_open[key]] if key in now_open else []
        else:
            wider = self._ended(self.groups[key], pause.start_us, pause.end_us, pause.end_us)
        return explained(pause, self.groups[key].quiet_us, wider)


def _evidence(group: Group) -> dict[str, Json]:
    names: list[Json] = list(sorted(group.devices)[:20])
    return {"device_names": names} if len(names) > 1 else {}
