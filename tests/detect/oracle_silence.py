"""What the silences must be, told from the whole history: slow, plain, and no code of detect/."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from detect.nouns import Kind, Watch
from tests.detect.facts import FOREVER, UNTRUSTED, Fact, History, silence_us

VOICES = {
    "product_temperature": {"temperature", "surface_temperature"},
    "dew_point_margin": {"relative_humidity"},
    "surface_humidity": {"relative_humidity"},
}
"""What must be heard lest goods with such a limit are unwatched."""


class Expected(NamedTuple):
    """For how long a group may be quiet from one instant to another."""

    from_us: int
    to_us: int
    quiet_us: int
    alert_us: int


class Pause(NamedTuple):
    """A stretch without a word; `end_us` None while it goes on."""

    start_us: int
    end_us: int | None


class Quiet:
    """Who said nothing for too long: quantities, devices, gateways, zones."""

    def __init__(self, history: History, beyond: Sequence[Fact]) -> None:
        self.history, self.beyond = history, beyond
        self.watches: dict[str, list[Watch]] = {}
        for watch in history.watches:
            self.watches.setdefault(watch.device, []).append(watch)

    def facts(self) -> Iterator[Fact]:
        """All findings of silence."""
        for device, watches in self.watches.items():
            gateways = {w.gateway for w in watches}
            wider = [p for g in gateways for p in self.gateway_pauses(g, gap=True)]
            sites = self.sites_of(watches)
            own = self.pauses(self.expected(watches), self.words({device}), watches)
            gaps = self.pauses(self.expected(watches), self.words({device}), watches, gap=True)
            yield from self._tell(f"device:{device}", Kind.SILENT_DEVICE, watches, own, wider, sites)
            for quantity in self.quantities(device, watches):
                found = self.quantity_pauses(device, quantity, watches)
                said = [w for w in watches if not w.quantities or quantity in w.quantities]
                subject = f"device:{device}:{quantity}"
                yield from self._tell(subject, Kind.SILENT_QUANTITY, said, found, [*wider, *gaps], sites)
        for gateway in {w.gateway for w in self.history.watches}:
            watches = [w for w in self.history.watches if w.gateway == gateway]
            own = self.gateway_pauses(gateway)
            sites = self.sites_of(watches)
            yield from self._tell(f"gateway:{gateway}", Kind.SILENT_GATEWAY, watches, own, [], sites)
        for site in {w.site for w in self.history.watches if w.site}:
            for pause in self.site_pauses(site):
                yield _silence(f"site:{site}", Kind.SILENT_SITE, pause, f"site:{site}:silent", None)
        for zone in {w.zone for w in self.history.watches if w.limits}:
            yield from self.zone(zone)

    def zone(self, zone: str) -> Iterator[Fact]:
        """The times in which nobody saw the goods of a zone."""
        watches = [w for w in self.history.watches if w.zone == zone and w.limits]
        expected = [
            Expected(e.from_us, e.to_us, w.unwatched_us, min(w.unwatched_us, e.alert_us))
            for w in watches
            for e in self.expected([w])
        ]
        gateways = sorted({w.gateway for w in watches})
        wider = self.gateway_pauses(gateways[0], gap=True) if len(gateways) == 1 else []
        sites = sorted({w.site for w in watches if w.site})
        outage = self.site_pauses(sites[0]) if len(sites) == 1 else []
        for pause in self.pauses(expected, self.zone_words(zone, watches), watches, zone):
            tolerance = _at(expected, pause.start_us).alert_us
            explained = any(_explained(pause, tolerance, w) for w in wider)
            cause = f"gateway:{gateways[0]}:silent" if explained else f"zone:{zone}:unwatched"
            if any(_explained(pause, tolerance, w) for w in outage):
                cause = f"site:{sites[0]}:silent"
            yield _silence(f"zone:{zone}", Kind.UNWATCHED, pause, cause, zone)

    def _tell(
        self,
        subject: str,
        kind: Kind,
        watches: list[Watch],
        own: list[Pause],
        wider: list[Pause],
        sites: list[str],
    ) -> Iterator[Fact]:
        for pause in own:
            tolerance = _at(self.expected(watches), pause.start_us).quiet_us
            young = pause.end_us is None and self.history.as_of_us - pause.start_us <= 2 * tolerance
            wider = [*wider, *(p for site in sites for p in self.site_pauses(site, gap=young))]
            if not any(_explained(pause, tolerance, w) for w in wider):
                yield _silence(subject, kind, pause, f"{subject}:silent", None)

    def quantities(self, device: str, watches: list[Watch]) -> set[str]:
        """What a device says or ought to say."""
        ought = {q for w in watches for q in w.quantities}
        return ought | {
            s.quantity
            for s in self.history.series
            if s.device == device and any(not w.quantities for w in watches)
        }

    def quantity_pauses(self, device: str, quantity: str, watches: list[Watch]) -> list[Pause]:
        """The pauses of one quantity while it is expected."""
        said = [w for w in watches if not w.quantities or quantity in w.quantities]
        return self.pauses(self.expected(said), self.words({device}, quantity), said)

    def gateway_pauses(self, gateway: str, *, gap: bool = False) -> list[Pause]:
        """The pauses of a gateway that speaks for two devices or more."""
        watches = [w for w in self.history.watches if w.gateway == gateway]
        devices = {w.device for w in watches}
        if len(devices) < 2:
            return []
        times = set()
        infos = {s.id: s for s in self.history.series}
        for row in self.history.kept:
            info = infos[row.series]
            there = self.watches.get(info.device, [])
            at_that_time = [w for w in there if _within(w, row.time_us)]
            speaks = info.device in devices or (not there and info.gateway == gateway)
            if speaks and all(w.gateway == gateway for w in at_that_time):
                times.add(row.time_us)
        return self.pauses(self.expected(watches), sorted(times), watches, gap=gap)

    def sites_of(self, watches: list[Watch]) -> list[str]:
        """The one site of some watches, if there is one."""
        sites = {w.site for w in watches if w.site}
        return [*sites] if len(sites) == 1 else []

    def site_pauses(self, site: str, *, gap: bool = False) -> list[Pause]:
        """The pauses of a site while two of its gateways or more are expected; the slowest sets the pace."""
        watches = [w for w in self.history.watches if w.site == site]
        edges = sorted({us for w in watches for us in (w.valid_from_us, w.valid_to_us or FOREVER)})
        expected, behind = [], []
        for start, end in pairwise(edges):
            there = [w for w in watches if w.valid_from_us <= start and (w.valid_to_us or FOREVER) >= end]
            gateways = {w.gateway for w in there}
            paces = [min(silence_us(w.interval_us) for w in there if w.gateway == g) for g in gateways]
            if len(gateways) > 1:
                expected.append(Expected(start, end, max(paces), max(paces)))
                known = sorted(
                    min(max(w.valid_from_us, w.recorded_us) for w in there if w.gateway == g)
                    for g in gateways
                )
                behind.append(known[1])
        if not expected:
            return []
        home = {w.gateway for w in watches}
        times = set()
        infos = {s.id: s for s in self.history.series}
        for row in self.history.kept:
            info = infos[row.series]
            own = self.watches.get(info.device, [])
            known_there = any(w.site == site for w in own) or (not own and info.gateway in home)
            if known_there and all(w.site == site for w in own if _within(w, row.time_us)):
                times.add(row.time_us)
        return self.pauses(expected, sorted(times), watches, gap=gap, known_us=min(behind))

    def words(self, devices: set[str], quantity: str | None = None) -> list[int]:
        """When devices said anything (or one quantity)."""
        members = {
            s.id
            for s in self.history.series
            if s.device in devices and (quantity is None or s.quantity == quantity)
        }
        return sorted({r.time_us for r in self.history.kept if r.series in members})

    def zone_words(self, zone: str, watches: list[Watch]) -> list[int]:
        """When a trusted reading of a quantity that matters came from a device that was there."""
        times = set()
        for info in self.history.series:
            there = [w for w in self.watches.get(info.device, []) if w.zone == zone]
            matters = any(
                info.quantity in VOICES.get(limit.quantity, {limit.quantity})
                for w in there
                for limit in w.limits
            )
            times |= {
                r.time_us
                for r in self.history.kept
                if matters
                and r.series == info.id
                and not r.flags & int(UNTRUSTED)
                and any(_within(w, r.time_us) for w in there)
            }
        return sorted(times)

    def expected(self, watches: Iterable[Watch]) -> list[Expected]:
        """When and how often devices ought to speak."""
        return [
            Expected(
                w.valid_from_us,
                FOREVER if w.valid_to_us is None else w.valid_to_us,
                silence_us(w.interval_us),
                silence_us(w.interval_us),
            )
            for w in watches
        ]

    def pauses(
        self,
        expected: list[Expected],
        words: list[int],
        watches: list[Watch],
        zone: str | None = None,
        *,
        gap: bool = False,
        known_us: int | None = None,
    ) -> list[Pause]:
        """All pauses longer than allowed at some moment; with `gap` also the one since the last word, however short."""
        if known_us is None:
            known_us = min((max(w.valid_from_us, w.recorded_us) for w in watches), default=FOREVER)
        found = []
        for start, end in _joined(expected):
            inside = [t for t in words if start < t < end]
            if not any(t <= start for t in words):
                start = min([max(start, known_us), end, *inside[:1]])
            last = min(end, self.history.as_of_us)
            inside = [t for t in inside if t > start]
            for a, b in zip([start, *inside], [*inside, max(last, start)], strict=True):
                goes_on = b not in inside and start <= self.history.as_of_us < end
                if self._over(expected, a, b, zone) or (gap and goes_on):
                    found.append(Pause(a, None if goes_on else b))
        return found

    def _over(self, expected: list[Expected], a: int, b: int, zone: str | None) -> bool:
        in_excursion = zone is not None and any(
            f.zone == zone and f.start_us <= a and (f.end_us is None or f.end_us > a) for f in self.beyond
        )
        return any(
            min(b, e.to_us) - a > (e.alert_us if in_excursion else e.quiet_us)
            for e in expected
            if e.from_us < b and e.to_us > a
        )


def _within(watch: Watch, time_us: int) -> bool:
    return watch.valid_from_us <= time_us < (FOREVER if watch.valid_to_us is None else watch.valid_to_us)


def _at(expected: list[Expected], time_us: int) -> Expected:
    """The strictest expectation at a moment, or the first one after it."""
    there = [e for e in expected if e.from_us <= time_us < e.to_us]
    if there:
        return min(there, key=lambda e: (e.alert_us, e.quiet_us))
    return min(expected, key=lambda e: (e.from_us <= time_us, e.from_us, e.alert_us))


def _joined(expected: list[Expected]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for e in sorted(expected):
        if spans and e.from_us <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], e.to_us))
        else:
            spans.append((e.from_us, e.to_us))
    return spans


def _explained(pause: Pause, tolerance_us: int, wider: Pause) -> bool:
    """A pause that lies within a wider group's, give or take what it may be quiet anyway.

    One that goes on is explained by whoever has said nothing since, for it cannot be told yet which of both is silent.
    """
    if pause.start_us < wider.start_us - tolerance_us:
        return False
    if wider.end_us is None:
        return True
    return (
        pause.end_us is not None
        and pause.end_us <= wider.end_us + tolerance_us
        and pause.start_us < wider.end_us
    )


def _silence(subject: str, kind: Kind, pause: Pause, cause: str, zone: str | None) -> Fact:
    return Fact(
        "silence", subject, str(kind), "", zone, cause, pause.start_us, pause.end_us, None, None, 0.0, 0
    )
