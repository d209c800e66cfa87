"""How every place stands now: what is worst there, what work is open, when it was last heard. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

from detect.nouns import GOODS_KINDS, Kind
from ingest.nouns import US_PER_HOUR, US_PER_MINUTE
from registry.nouns import Site, Zone
from store.repositories.forecasts import Announced
from store.repositories.open_work import LoudAlarm, OpenWork

STALE_INTERVALS = 3
STALE_LEAST_US = 15 * US_PER_MINUTE
STALE_UNSAID_US = US_PER_HOUR
"""Where nobody said how often it speaks."""


class Stand(StrEnum):
    """How a place stands, the worst first."""

    EXCURSION = "excursion"
    """Goods are beyond a limit, or used up what they may bear."""
    FORETOLD = "foretold"
    """A limit will be passed."""
    TROUBLE = "trouble"
    """With a sensor, a gateway or a machine."""
    SILENT = "silent"
    """Nothing is heard, or nothing new, or goods stand where nobody measures."""
    CALM = "calm"
    NO_DATA = "no_data"
    """Nothing was ever heard there."""


URGENCY = {stand: number for number, stand in enumerate(Stand)}
_SILENT = frozenset({
    Kind.SILENT_QUANTITY, Kind.SILENT_DEVICE, Kind.SILENT_GATEWAY, Kind.SILENT_SITE, Kind.UNWATCHED,
})  # fmt: skip


@cache
def stand_of_kind(kind: Kind) -> Stand:
    """How a place stands because of an alarm of this kind."""
    if kind in _SILENT:
        return Stand.SILENT
    if kind is Kind.PREDICTED_BREACH:
        return Stand.FORETOLD
    return Stand.EXCURSION if kind in GOODS_KINDS else Stand.TROUBLE


@dataclass(slots=True)
class PlaceNow:
    """A site (with all its zones), or one zone."""

    site: Site | None
    zone: Zone | None
    alarms: list[LoudAlarm] = field(default_factory=list)
    """Active, and not put aside."""
    breaches: list[Announced] = field(default_factory=list)
    work: list[OpenWork] = field(default_factory=list)
    newest_us: int | None = None
    patience_us: int = STALE_UNSAID_US
    """How old the newest reading may be."""
    zones: list[PlaceNow] = field(default_factory=list)

    stand: Stand = Stand.NO_DATA
    """The worst of what holds here; like the next two as `gather` found it."""
    worst: LoudAlarm | None = None
    """The alarm that matters most: by how the place stands for it, its severity, and how long it lasts."""
    breach: Announced | None = None
    """The foretold breach that comes first."""

    def gather(self, now_us: int) -> None:
        """Weigh what holds here; a site takes up what holds in its zones, each weighed once."""
        for zone in self.zones:
            zone.gather(now_us)
            self.work += zone.work
        if self.zones:
            heard = [zone.newest_us for zone in self.zones if zone.newest_us is not None]
            self.newest_us = max(heard, default=None)
        worst = [*self.alarms, *(zone.worst for zone in self.zones if zone.worst)]
        self.worst = min(worst, key=weight, default=None)
        breaches = [*self.breaches, *(zone.breach for zone in self.zones if zone.breach)]
        self.breach = min(breaches, key=lambda b: (_sooner(b), b.id), default=None)
        found = {zone.stand for zone in self.zones} or {self._heard(now_us)}
        found |= {stand_of_kind(self.worst.kind)} if self.worst else set()
        found |= {Stand.FORETOLD} if self.breach else set()
        if len(found) > 1:
            found.discard(Stand.NO_DATA)  # rooms without sensors do not make a site one without data
        self.stand = min(found, key=URGENCY.__getitem__)

    def _heard(self, now_us: int) -> Stand:
        if self.newest_us is None:
            return Stand.NO_DATA
        return Stand.SILENT if now_us - self.newest_us > self.patience_us else Stand.CALM

    def rank(self) -> tuple[int, int, int, int, str, str]:
        """By which places are sorted: goods at risk first, and there the soonest, the longest and the most overdue."""
        since = (
            _sooner(self.breach)
            if self.stand is Stand.FORETOLD and self.breach
            else self.worst.active_since_us
            if self.worst
            else 2**62
        )
        overdue, live = sum(w.overdue for w in self.work), sum(w.live for w in self.work)
        names = (self.site.key if self.site else "", self.zone.key if self.zone else "")
        return URGENCY[self.stand], since, -overdue, -live, *names


_SEVERITY = {"critical": 0, "alarm": 1, "warning": 2}


def weight(alarm: LoudAlarm) -> tuple[int, int, int, str]:
    """By which alarms are sorted: the one that matters most first."""
    severity = _SEVERITY.get(str(alarm.severity), 3)
    return URGENCY[stand_of_kind(alarm.kind)], severity, alarm.active_since_us, alarm.id


def _sooner(breach: Announced) -> int:
    return next((us for us in (breach.p50_us, breach.p10_us, breach.p90_us) if us is not None), 2**62)


def patience_us(intervals: Iterable[int | None]) -> int:
    """How long the devices of a place may be quiet before it counts as stale."""
    said = [interval for interval in intervals if interval]
    return max(STALE_INTERVALS * min(said), STALE_LEAST_US) if said else STALE_UNSAID_US


def by_stand(places: Sequence[PlaceNow]) -> Mapping[Stand, int]:
    """How many places stand how."""
    found = dict.fromkeys(Stand, 0)
    for place in places:
        found[place.stand] += 1
    return found
