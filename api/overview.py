"""How every place stands now: what is worst there, what work is open, when it was last heard. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from detect.nouns import GOODS_KINDS, Kind
from ingest.nouns import US_PER_HOUR, US_PER_MINUTE
from registry.nouns import Site, Zone
from store.repositories.forecasts import Announced
from store.repositories.open_work import OpenWork
from tickets.alarming.nouns import QUIET
from tickets.nouns import Alarm

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
    alarms: list[Alarm] = field(default_factory=list)
    """Active, and not put aside."""
    breaches: list[Announced] = field(default_factory=list)
    work: list[OpenWork] = field(default_factory=list)
    newest_us: int | None = None
    patience_us: int = STALE_UNSAID_US
    """How old the newest reading may be."""
    zones: list[PlaceNow] = field(default_factory=list)

    def stand(self, now_us: int) -> Stand:
        """The worst of what holds here."""
        found = {stand_of_kind(alarm.kind) for alarm in self.alarms}
        found |= {Stand.FORETOLD} if self.breaches else set()
        found |= {zone.stand(now_us) for zone in self.zones}
        if not self.zones:
            found.add(self._heard(now_us))
        if len(found) > 1:
            found.discard(Stand.NO_DATA)  # rooms without sensors do not make a site one without data
        return min(found, key=URGENCY.__getitem__)

    def _heard(self, now_us: int) -> Stand:
        if self.newest_us is None:
            return Stand.NO_DATA
        return Stand.SILENT if now_us - self.newest_us > self.patience_us else Stand.CALM

    def gather(self) -> None:
        """Take up, for a site, what holds in its zones."""
        for zone in self.zones:
            self.alarms += zone.alarms
            self.breaches += zone.breaches
            self.work += zone.work
        heard = [zone.newest_us for zone in self.zones if zone.newest_us is not None]
        self.newest_us = max(heard, default=None)

    @property
    def worst(self) -> Alarm | None:
        """The alarm that matters most: by how the place stands for it, its severity, and how long it lasts."""
        rank = {"critical": 0, "alarm": 1, "warning": 2}
        return min(
            self.alarms,
            key=lambda a: (
                URGENCY[stand_of_kind(a.kind)],
                rank.get(str(a.severity), 3),
                a.active_since_us,
                a.id,
            ),
            default=None,
        )

    @property
    def breach(self) -> Announced | None:
        """The foretold breach that comes first."""
        return min(self.breaches, key=lambda b: (_sooner(b), b.id), default=None)

    def rank(self, now_us: int) -> tuple[int, int, int, int, str, str]:
        """By which places are sorted: goods at risk first, and there the soonest, the longest and the most overdue."""
        stand, breach, worst = self.stand(now_us), self.breach, self.worst
        since = (
            _sooner(breach)
            if stand is Stand.FORETOLD and breach
            else worst.active_since_us
            if worst
            else 2**62
        )
        overdue, live = sum(w.overdue for w in self.work), sum(w.live for w in self.work)
        names = (self.site.key if self.site else "", self.zone.key if self.zone else "")
        return URGENCY[stand], since, -overdue, -live, *names


def _sooner(breach: Announced) -> int:
    return next((us for us in (breach.p50_us, breach.p10_us, breach.p90_us) if us is not None), 2**62)


def patience_us(intervals: Iterable[int | None]) -> int:
    """How long the devices of a place may be quiet before it counts as stale."""
    said = [interval for interval in intervals if interval]
    return max(STALE_INTERVALS * min(said), STALE_LEAST_US) if said else STALE_UNSAID_US


def loud(alarms: Iterable[Alarm]) -> list[Alarm]:
    """Those that are not put aside, nor explained by what is being done."""
    return [alarm for alarm in alarms if alarm.state not in QUIET]


def by_stand(places: Sequence[PlaceNow], now_us: int) -> Mapping[Stand, int]:
    """How many places stand how."""
    found = dict.fromkeys(Stand, 0)
    for place in places:
        found[place.stand(now_us)] += 1
    return found
