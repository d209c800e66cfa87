"""Goods in watches: how they lag by their form, whence they came, and that thousands of lots share what is alike."""

from __future__ import annotations

import time

from detect.nouns import Goods, Limit, Severity, Stop, Watch
from registry.nouns import (
    ALWAYS_US,
    Device,
    Gateway,
    Lot,
    PlaceKind,
    Placement,
    Product,
    Profile,
    ProfileVersion,
    RegistrySnapshot,
    SubjectKind,
    Zone,
)
from registry.plan import watches

MINUTE = 60_000_000
HOUR = 60 * MINUTE
T = ALWAYS_US + 1_000 * HOUR
WET = Limit("wet-metal", "dew_point_margin", "low", 0.0, 0.5, 30 * MINUTE, 2, Severity.CRITICAL)
LEAD = Profile(
    key="lead",
    form="bundle",
    versions=(ProfileVersion(limits=(WET,), lag_us=4 * HOUR, lags=(("ingot", HOUR),)),),
)
PLAIN = Profile(
    key="plain",
    versions=(ProfileVersion(limits=(Limit("hot", "temperature", "high", 30, 0.5, 0, 1, Severity.ALARM),)),),
)


def placed(kind: SubjectKind, subject: str, place: str, from_us: int, to_us: int | None = None) -> Placement:
    """Somebody or something is in a zone."""
    return Placement(
        subject_kind=kind, subject=subject, place_kind=PlaceKind.ZONE, place=place, valid_from_us=from_us, valid_to_us=to_us
    )  # fmt: skip


def registry(lots: list[Lot], placements: list[Placement], zones: int = 2) -> RegistrySnapshot:
    """A device in every zone z0, z1, …; products are named like their profiles."""
    names = [f"z{n}" for n in range(zones)]
    hung = [placed(SubjectKind.DEVICE, f"d{n}", name, ALWAYS_US) for n, name in enumerate(names)]
    return RegistrySnapshot(
        profiles=(LEAD, PLAIN),
        products=(Product(key="lead", profile="lead"), Product(key="plain", profile="plain")),
        zones=tuple(Zone(key=name) for name in names),
        gateways=(Gateway(key="g"),),
        devices=tuple(Device(key=f"d{n}", gateway="g", device=f"d{n}") for n in range(zones)),
        lots=tuple(lots),
        placements=(*hung, *placements),
    )


def at(found: list[Watch], device: str, time_us: int) -> Watch:
    """The watch of a device at a moment."""
    (watch,) = (
        w
        for w in found
        if w.device == f"g/{device}" and w.valid_from_us <= time_us < (w.valid_to_us or 2**62)
    )
    return watch


def test_goods_lag_by_their_form() -> None:
    """A lot in another form of stock has that form's time constant; goods without derived limits have none."""
    lots = [
        Lot(key="a", customer="c", product="lead"),
        Lot(key="b", customer="c", product="lead", form="ingot"),
    ]
    lots.append(Lot(key="p", customer="c", product="plain"))
    there = [placed(SubjectKind.LOT, key, "z0", T) for key in ("a", "b", "p")]
    watch = at(watches(registry(lots, there)), "d0", T)
    assert set(watch.goods) == {Goods("lead", 4 * HOUR), Goods("lead", HOUR, "ingot")}


def test_goods_remember_whence_they_came_and_forget_it() -> None:
    """Fresh for six time constants after they came from another zone, settled after that; the first place is no way."""
    lots = [Lot(key="b", customer="c", product="lead", form="ingot")]
    there = [
        placed(SubjectKind.LOT, "b", "z0", T, T + 3 * HOUR),
        placed(SubjectKind.LOT, "b", "z1", T + 3 * HOUR),
    ]
    found = watches(registry(lots, there))
    assert at(found, "d0", T).goods == (Goods("lead", HOUR, "ingot"),)
    came = Goods("lead", HOUR, "ingot", T + 3 * HOUR, (Stop(("z0",), T, T + 3 * HOUR),))
    assert at(found, "d1", T + 3 * HOUR).goods == (came,)
    assert at(found, "d1", T + 9 * HOUR - 1).goods == (came,)
    assert at(found, "d1", T + 9 * HOUR).goods == (Goods("lead", HOUR, "ingot"),)


def test_twenty_thousand_lots_share_what_is_alike() -> None:
    """One truck's lots are one cohort, and lots that were always there are one kind of goods: few watches, in time."""
    zones = 12
    lots = [Lot(key=f"l{n}", customer="c", product="lead") for n in range(20_000)]
    there = [placed(SubjectKind.LOT, lot.key, f"z{n % 11}", T + n) for n, lot in enumerate(lots[:15_000])]
    for n, lot in enumerate(lots[15_000:]):
        there.append(placed(SubjectKind.LOT, lot.key, "z0", T, T + HOUR + n))
        there.append(placed(SubjectKind.LOT, lot.key, "z11", T + HOUR + n))
    state = registry(lots, there, zones)
    started = time.perf_counter()
    found = watches(state)
    assert time.perf_counter() - started < 10
    assert len(found) < 5 * zones
    assert max(len(watch.goods) for watch in found) <= 2
