"""What the findings must be, told one reading at a time from the whole history: slow, plain, and no code of detect/."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from detect.nouns import Finding, Kind, Limit, Watch
from ingest.nouns import Flag
from store.nouns import SeriesInfo

FOREVER = 2**62
DAY = 86_400_000_000
UNTRUSTED = Flag.SENTINEL | Flag.IMPOSSIBLE | Flag.DISPUTED


class Reading(NamedTuple):
    """One kept reading."""

    series: int
    time_us: int
    value: float
    flags: int


class Fact(NamedTuple):
    """What must be equal between two runs, and a little more."""

    detector: str
    subject: str
    kind: str
    band: str
    zone: str | None
    cause: str
    start_us: int
    end_us: int | None
    peak: float | None
    area: float | None
    coverage: float
    samples: int


def fact(f: Finding) -> Fact:
    """A finding without what two runs may differ in (of sensor faults they may count the samples otherwise)."""
    return Fact(
        f.detector, f.subject, str(f.kind), f.band, f.zone, f.cause, f.start_us, f.end_us, f.peak, f.area,
        f.coverage, 0 if f.detector == "sensor_fault" else f.samples,
    )  # fmt: skip


@dataclass(frozen=True)
class History:
    """All that is known at `as_of_us`."""

    kept: Sequence[Reading]
    series: Sequence[SeriesInfo]
    watches: Sequence[Watch]
    as_of_us: int


def findings(history: History) -> set[Fact]:
    """All findings that the history gives cause for."""
    beyond = list(excursions(history))
    return {*beyond, *faults(history), *Quiet(history, beyond).facts()}


# ---------------------------------------------------------------------------------------------- excursions


def silence_us(interval_us: int) -> int:
    """A pause longer than this is unknown time."""
    return max(3 * interval_us, 30_000_000)


@dataclass
class Run:
    """A stretch beyond a limit, told reading by reading."""

    start_us: int
    last_us: int
    excess: int
    samples: int = 1
    beyond_us: int = 0
    covered_us: int = 0
    area2: int = 0
    peak: float = 0.0
    end_us: int | None = None


def runs(
    readings: Iterable[tuple[int, float]], side: float, limit: float, deadband: float, gap_us: int
) -> list[Run]:
    """The runs of one track: readings (time, value) in order of time."""
    found: list[Run] = []
    run: Run | None = None
    for time_us, value in readings:
        over = side * value - side * limit
        excess = max(round(over * 1000), 0)
        outside = over > 0 or (run is not None and over > -deadband)
        if run is None:
            if outside:
                run = Run(time_us, time_us, excess, peak=side * value)
                found.append(run)
            continue
        elapsed = time_us - run.last_us if time_us - run.last_us <= gap_us else 0
        run.covered_us += elapsed
        run.area2 += (run.excess + excess) * (elapsed // 1000)
        if not outside:
            run.end_us, run = time_us, None
            continue
        run.beyond_us += elapsed
        run.samples += 1
        run.peak = max(run.peak, side * value)
        run.last_us, run.excess = time_us, excess
    return found


def _intervals(watches: Sequence[Watch], zone: str, limit: Limit, gap_us: int) -> list[tuple[int, int]]:
    """When a device was under this limit in this zone; what touches is one interval."""
    found: list[tuple[int, int]] = []
    for watch in sorted(watches, key=lambda w: w.valid_from_us):
        if (watch.zone, silence_us(watch.interval_us)) != (zone, gap_us) or limit not in watch.limits:
            continue
        start, end = watch.valid_from_us, FOREVER if watch.valid_to_us is None else watch.valid_to_us
        if found and found[-1][1] == start:
            start = found.pop()[0]
        found.append((start, end))
    return found


def excursions(history: History) -> Iterator[Fact]:
    """Every stretch beyond a limit that lasted long enough, per series, limit and stay in a zone."""
    for info in history.series:
        watches = [w for w in history.watches if w.device == info.device]
        rows = sorted(
            (r.time_us, r.value) for r in history.kept if r.series == info.id and not r.flags & int(UNTRUSTED)
        )
        tracks = {
            (w.zone, limit, silence_us(w.interval_us))
            for w in watches
            for limit in w.limits
            if limit.quantity == info.quantity
        }
        for zone, limit, gap_us in tracks:
            for start, end in _intervals(watches, zone, limit, gap_us):
                inside = [row for row in rows if start <= row[0] < end]
                yield from _excursions_of(info, zone, limit, gap_us, inside, end, history.as_of_us)


def _excursions_of(
    info: SeriesInfo, zone: str, limit: Limit, gap_us: int, rows: list[tuple[int, float]], to_us: int,
    as_of_us: int,
) -> Iterator[Fact]:  # fmt: skip
    side = 1.0 if limit.side == "high" else -1.0
    for run in runs(rows, side, limit.limit, limit.deadband, gap_us):
        if run.beyond_us < limit.on_delay_us or run.samples < limit.min_samples:
            continue
        end_us = run.end_us
        if end_us is None and to_us <= as_of_us:
            end_us = to_us
        length = (run.last_us if end_us is None else end_us) - run.start_us
        yield Fact(
            "excursion", f"device:{info.device}:{info.quantity}",
            "too_high" if limit.side == "high" else "too_low", limit.band, zone,
            f"zone:{zone}:{info.quantity}:{limit.side}", run.start_us, end_us, side * run.peak,
            round(run.area2 / (2 * 1000 * 60_000), 3), round(run.covered_us / length, 4) if length else 1.0,
            run.samples,
        )  # fmt: skip


# ------------------------------------------------------------------------------------------- sensor faults


def faults(history: History) -> Iterator[Fact]:
    """Episodes of readings that say something about the sensor: within a day of each other they are one."""
    for info in history.series:
        rows = sorted(r for r in history.kept if r.series == info.id)
        disputed = [r.time_us for r in rows if r.flags & Flag.DISPUTED]
        yield from _episodes(info, "shared_identity", "identity", disputed, 3, history.as_of_us)
        for kind, flag in (("sentinel", Flag.SENTINEL), ("impossible", Flag.IMPOSSIBLE)):
            times = [r.time_us for r in rows if r.flags & flag and not r.flags & Flag.DISPUTED]
            yield from _episodes(info, kind, "sensor", times, 1, history.as_of_us)


def _episodes(
    info: SeriesInfo, kind: str, work: str, times: list[int], least: int, as_of_us: int
) -> Iterator[Fact]:
    groups: list[list[int]] = []
    for time_us in times:
        if groups and time_us - groups[-1][-1] <= DAY:
            groups[-1].append(time_us)
        else:
            groups.append([time_us])
    for group in groups:
        if len(group) >= least:
            yield Fact(
                "sensor_fault", f"device:{info.device}:{info.quantity}", kind, "", None,
                f"device:{info.device}:{work}", group[0], None if as_of_us - group[-1] <= DAY else group[-1],
                None, None, 1.0, 0,
            )  # fmt: skip


# ------------------------------------------------------------------------------------------------- silence


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
            own = self.pauses(self.expected(watches), self.words({device}), watches)
            gaps = self.pauses(self.expected(watches), self.words({device}), watches, gap=True)
            yield from self._tell(f"device:{device}", Kind.SILENT_DEVICE, watches, own, wider)
            for quantity in self.quantities(device, watches):
                found = self.quantity_pauses(device, quantity, watches)
                said = [w for w in watches if not w.quantities or quantity in w.quantities]
                subject = f"device:{device}:{quantity}"
                yield from self._tell(subject, Kind.SILENT_QUANTITY, said, found, [*wider, *gaps])
        for gateway in {w.gateway for w in self.history.watches}:
            watches = [w for w in self.history.watches if w.gateway == gateway]
            own = self.gateway_pauses(gateway)
            yield from self._tell(f"gateway:{gateway}", Kind.SILENT_GATEWAY, watches, own, [])
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
        for pause in self.pauses(expected, self.zone_words(zone, watches), watches, zone):
            tolerance = _at(expected, pause.start_us).alert_us
            explained = any(_explained(pause, tolerance, w) for w in wider)
            cause = f"gateway:{gateways[0]}:silent" if explained else f"zone:{zone}:unwatched"
            yield _silence(f"zone:{zone}", Kind.UNWATCHED, pause, cause, zone)

    def _tell(
        self, subject: str, kind: Kind, watches: list[Watch], own: list[Pause], wider: list[Pause]
    ) -> Iterator[Fact]:
        for pause in own:
            tolerance = _at(self.expected(watches), pause.start_us).quiet_us
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
            matters = any(limit.quantity == info.quantity for w in there for limit in w.limits)
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
    ) -> list[Pause]:
        """All pauses longer than allowed at some moment; with `gap` also the one since the last word, however short."""
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
