"""What goods that lag behind the air must be found to have been like, told reading by reading from the whole history."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from math import exp, isclose, log
from typing import NamedTuple

from detect.nouns import Goods, Limit, Stop, Watch
from tests.detect.facts import DAY, FOREVER, UNTRUSTED, Fact, History, silence_us
from tests.detect.oracle_budgets import budget_facts
from tests.detect.runs_oracle import runs

DERIVED = ("product_temperature", "dew_point_margin", "surface_humidity")
Row = tuple[int, float]


class Stay(NamedTuple):
    """A device was in a zone without a break."""

    device: str
    zone: str
    from_us: int
    to_us: int
    watches: tuple[Watch, ...]


class Told(NamedTuple):
    """One derived value."""

    time_us: int
    quantity: str
    value: float


def saturation(temp: float) -> float:
    """WMO, hPa over water."""
    return 6.112 * exp(17.62 * temp / (243.12 + temp))


def dew_point(temp: float, rh: float) -> float:
    """Of air at `temp` °C and `rh` %, °C."""
    gamma = log(min(max(rh, 1.0), 100.0) / 100) + 17.62 * temp / (243.12 + temp)
    return 243.12 * gamma / (17.62 - gamma)


def follow(state: float, before: Row, after: Row, lag: int) -> float:
    """One step in air that goes straight from one reading to the next, by the textbook solution."""
    elapsed = after[0] - before[0]
    if lag == 0 or elapsed > 6 * lag:
        return after[1]
    slope = (after[1] - before[1]) / (elapsed / lag)
    return after[1] - slope + (state - before[1] + slope) * exp(-elapsed / lag)


def relax(state: float | None, air: float, elapsed: int, lag: int) -> float:
    """In air that stays the same."""
    if state is None or lag == 0 or elapsed > 6 * lag:
        return air
    return air + (state - air) * exp(-elapsed / lag)


class Lagging:
    """All that lags in a history."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.stays = [
            stay for device in sorted({w.device for w in history.watches}) for stay in self._stays(device)
        ]

    def _stays(self, device: str) -> Iterator[Stay]:
        watches = sorted(
            (w for w in self.history.watches if w.device == device), key=lambda w: w.valid_from_us
        )
        while watches:
            own = [watches.pop(0)]
            while watches and (watches[0].zone, watches[0].valid_from_us) == (
                own[-1].zone,
                own[-1].valid_to_us,
            ):
                own.append(watches.pop(0))
            yield Stay(device, own[0].zone, own[0].valid_from_us, _end(own[-1]), tuple(own))

    def rows(self, device: str, quantity: str, from_us: int, to_us: int) -> list[Row]:
        """Trusted readings of a device, in order."""
        numbers = {s.id for s in self.history.series if (s.device, s.quantity) == (device, quantity)}
        return sorted(
            (r.time_us, r.value)
            for r in self.history.kept
            if r.series in numbers and not r.flags & int(UNTRUSTED) and from_us <= r.time_us < to_us
        )

    def has(self, device: str, quantity: str) -> bool:
        """Whether a device ever said that."""
        return any((s.device, s.quantity) == (device, quantity) for s in self.history.series)

    # ------------------------------------------------------------------ what goods bring with them

    def brought(self, goods: Goods, zone: str, begin: int) -> float | None:
        """The temperature of goods when they came to a device."""
        since = begin - 6 * goods.lag_us if goods.since_us is None else goods.since_us
        state: float | None = None
        for stop in (*goods.path, Stop((zone,), since, begin)):
            a, b = max(stop.from_us, begin - 6 * goods.lag_us), min(stop.to_us, begin)
            if a < b:
                state = self._after(stop.places, a, b, state, goods.lag_us)
        return state

    def _after(self, places: tuple[str, ...], a: int, b: int, state: float | None, lag: int) -> float | None:
        ends = []
        for stay in self.stays:
            rows = self.rows(stay.device, "temperature", max(a, stay.from_us), min(b, stay.to_us))
            if stay.zone in places and rows:
                now = relax(state, rows[0][1], rows[0][0] - a, lag)
                for before, after in pairwise(rows):
                    now = follow(now, before, after, lag)
                ends.append(relax(now, rows[-1][1], b - rows[-1][0], lag))
        if ends:
            return sum(ends) / len(ends)
        return state if b - a <= lag // 2 else None

    # ------------------------------------------------------------------ one surface

    def told(self, stay: Stay, goods: Goods) -> list[Told]:
        """All derived values of goods in the air of a device."""
        begin = stay.from_us if goods.since_us is None else max(stay.from_us, goods.since_us)
        end = stay.to_us if goods.since_us is None else min(stay.to_us, goods.since_us + 6 * goods.lag_us)
        gap = max(silence_us(w.interval_us) for w in stay.watches)
        air = self.rows(stay.device, "temperature", begin, end)
        damp = self.rows(stay.device, "relative_humidity", stay.from_us, end)
        probe = (
            self.rows(self._prober(stay), "surface_temperature", stay.from_us, end)
            if goods.since_us is None
            else []
        )
        brought = self.brought(goods, stay.zone, begin)
        state = {t: self._state(air, t, begin, brought, goods.lag_us) for t, _ in air}
        found = []
        for time in sorted({t for rows in (air, damp, probe) for t, _ in rows if t >= begin}):
            a, h, s = (_last(rows, time, gap) for rows in (air, damp, probe))
            surface = s[1] if s else state[a[0]] if a else None
            if surface is None:
                continue
            if (a and a[0] == time) or (s and s[0] == time):
                found.append(Told(time, "product_temperature", surface))
            if a and h:
                found.append(Told(time, "dew_point_margin", surface - dew_point(a[1], h[1])))
                vapour = min(max(h[1], 1.0), 100.0) * saturation(a[1])
                found.append(Told(time, "surface_humidity", vapour / saturation(surface)))
        return found

    def _prober(self, stay: Stay) -> str:
        """Whose surface probe counts: the device's own, else the first one's that is there all the while."""
        if self.has(stay.device, "surface_temperature"):
            return stay.device
        there = [
            other.device
            for other in self.stays
            if other.zone == stay.zone and other.from_us <= stay.from_us and other.to_us >= stay.to_us
        ]
        return min((d for d in there if self.has(d, "surface_temperature")), default="")

    def _state(self, air: list[Row], time: int, begin: int, brought: float | None, lag: int) -> float:
        """The surface at a temperature: a chain from six time constants before the period, or since the goods came."""
        period = max(-(-6 * lag // DAY), 1) * DAY
        start = time // period * period - 6 * lag
        rows = [row for row in air if max(start, begin) <= row[0] <= time]
        state = rows[0][1] if begin <= start else relax(brought, rows[0][1], rows[0][0] - begin, lag)
        for before, after in pairwise(rows):
            state = follow(state, before, after, lag)
        return state

    # ------------------------------------------------------------------ facts

    def facts(self) -> Iterator[Fact]:
        """All excursions and used budgets of derived quantities."""
        for stay in self.stays:
            if self.has(stay.device, "temperature"):
                for (goods, limit, gap), spans in _wanted(stay).items():
                    yield from self._of(stay, goods, limit, gap, spans)

    def _of(
        self, stay: Stay, goods: Goods, limit: Limit, gap: int, spans: list[tuple[int, int]]
    ) -> Iterator[Fact]:
        told = [(t.time_us, t.value) for t in self.told(stay, goods) if t.quantity == limit.quantity]
        own = replace(limit, band=limit.band + goods.name)
        for a, b in spans:
            inside = [t for t in told if a <= t[0] < b]
            if limit.budget_us:
                as_of_us = self.history.as_of_us
                yield from budget_facts(stay.device, stay.zone, own, gap, inside, (a, b), as_of_us)
            else:
                yield from self._facts(stay, goods, limit, gap, inside, b)

    def _facts(
        self, stay: Stay, goods: Goods, limit: Limit, gap: int, told: list[Row], to_us: int
    ) -> Iterator[Fact]:
        side = 1.0 if limit.side == "high" else -1.0
        for run in runs(told, side, limit.limit, limit.deadband, gap):
            if run.beyond_us < limit.on_delay_us or run.samples < limit.min_samples:
                continue
            end_us = to_us if run.end_us is None and to_us <= self.history.as_of_us else run.end_us
            length = (run.last_us if end_us is None else end_us) - run.start_us
            yield Fact(
                "excursion", f"device:{stay.device}:{limit.quantity}", _kind(limit), limit.band + goods.name, stay.zone,
                f"zone:{stay.zone}:{limit.quantity}:{limit.side}", run.start_us, end_us, side * run.peak,
                round(run.area2 / (2 * 1000 * 60_000), 3), round(run.covered_us / length, 4) if length else 1.0,
                run.samples,
            )  # fmt: skip


def alike(found: set[Fact], expected: set[Fact]) -> bool:
    """Whether findings are the same but for the last digits of derived values, which depend on who reckons them."""
    exact, close = ({_bare(fact): fact for fact in facts} for facts in (found, expected))
    return exact.keys() == close.keys() and all(_close(exact[bare], close[bare]) for bare in exact)


def _bare(fact: Fact) -> Fact:
    is_derived = fact.subject.rsplit(":", 1)[-1] in DERIVED
    return fact._replace(peak=None, area=None) if is_derived else fact


def _close(a: Fact, b: Fact) -> bool:
    return isclose(a.peak or 0.0, b.peak or 0.0, abs_tol=1e-6) and isclose(
        a.area or 0.0, b.area or 0.0, abs_tol=0.02
    )


def _derived(watch: Watch) -> Iterator[tuple[Goods, Limit]]:
    for limit in watch.limits:
        if limit.quantity in DERIVED:
            profile = limit.band.split("/")[0]
            own = [g for g in watch.goods if g.profile == profile]
            yield from ((g, limit) for g in own or [Goods(profile, 0)])


def _wanted(stay: Stay) -> dict[tuple[Goods, Limit, int], list[tuple[int, int]]]:
    """When which limit held for which goods; what touches is one interval."""
    wanted: dict[tuple[Goods, Limit, int], list[tuple[int, int]]] = {}
    for watch in stay.watches:
        for goods, limit in _derived(watch):
            a, b = watch.valid_from_us, _end(watch)
            if goods.since_us is not None:
                a, b = max(a, goods.since_us), min(b, goods.since_us + 6 * goods.lag_us)
            spans = wanted.setdefault((goods, limit, silence_us(watch.interval_us)), [])
            if a < b:
                spans.append((spans.pop()[0] if spans and spans[-1][1] == a else a, b))
    return wanted


def _kind(limit: Limit) -> str:
    if limit.side == "high":
        return "too_high"
    if limit.quantity != "dew_point_margin" or limit.limit > 0:
        return "too_low"
    return "wet_metal" if limit.band.endswith("/wet-metal") else "condensation"


def _end(watch: Watch) -> int:
    return FOREVER if watch.valid_to_us is None else watch.valid_to_us


def _last(rows: list[Row], time: int, gap: int) -> Row | None:
    """The newest row up to a time, unless it is too old."""
    before = [row for row in rows if row[0] <= time]
    return before[-1] if before and time - before[-1][0] <= gap else None
