"""What the registry says cannot all be so: each contradiction with the object it is about and what to do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from detect.nouns import Json
from ingest.nouns import US_PER_DAY
from registry.completeness import Context
from registry.nouns import LotStatus, PlaceKind, Placement, RegistrySnapshot, Stage, SubjectKind

SILENT_US = US_PER_DAY
"""A device that hangs somewhere for so long ought to have spoken."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One thing that cannot be so; `quality.contradiction.<code>` says what and what to do."""

    code: str
    kind: str
    key: str
    params: dict[str, Json] = field(default_factory=dict)


def contradictions(
    snapshot: RegistrySnapshot, context: Context, spoken: Collection[str] | None
) -> Iterator[Contradiction]:
    """Everything that is found; `spoken` are the full names of the devices that ever said anything, None if nobody knows."""
    yield from _lots(snapshot, context)
    yield from _shipments(snapshot)
    if spoken is not None:
        yield from _devices(snapshot, context, spoken)
    yield from _zones(snapshot, context)
    yield from _twins(snapshot)


def _lots(snapshot: RegistrySnapshot, context: Context) -> Iterator[Contradiction]:
    buyer = {order.key: order.customer for order in snapshot.orders}
    site_of = {zone.key: zone.site for zone in snapshot.zones}
    for lot in snapshot.lots:
        stays = context.placed.get((SubjectKind.LOT, lot.key), ())
        if lot.status is LotStatus.REJECTED and stays:
            yield Contradiction("rejected_but_placed", "lot", lot.key, {"place": stays[0].place})
        if (
            lot.status is LotStatus.AVAILABLE
            and lot.expires_us is not None
            and lot.expires_us <= context.now_us
        ):
            yield Contradiction("expired_but_available", "lot", lot.key, {"expired_us": lot.expires_us})
        if lot.order is not None and buyer.get(lot.order, lot.customer) != lot.customer:
            yield Contradiction(
                "order_of_another", "lot", lot.key, {"order": lot.order, "customer": buyer[lot.order]}
            )
        sites = _sites(stays, site_of)
        if len(sites) > 1:
            yield Contradiction("on_several_sites", "lot", lot.key, {"sites": ", ".join(sites)})


def _sites(stays: Iterable[Placement], site_of: dict[str, str | None]) -> list[str]:
    zones = (stay.place for stay in stays if stay.place_kind is PlaceKind.ZONE)
    return sorted({site for zone in zones if (site := site_of.get(zone)) is not None})


def _shipments(snapshot: RegistrySnapshot) -> Iterator[Contradiction]:
    for shipment in snapshot.shipments:
        if shipment.stage is Stage.ARRIVED and shipment.arrived_us is None and not shipment.legs:
            yield Contradiction("arrived_without_time", "shipment", shipment.key)
        if shipment.arrived_us is not None and shipment.stage in {Stage.PLANNED, Stage.LOADING}:
            yield Contradiction(
                "arrived_but_planned", "shipment", shipment.key, {"stage": str(shipment.stage)}
            )
        expected = shipment.expected_departure_us, shipment.expected_arrival_us
        if expected[0] is not None and expected[1] is not None and expected[1] <= expected[0]:
            yield Contradiction("expected_backwards", "shipment", shipment.key)
        for number, (before, after) in enumerate(pairwise(shipment.legs), 2):
            ends, begins = before.arrived_us, after.departed_us
            if ends is not None and begins is not None and begins < ends:
                yield Contradiction("legs_overlap", "shipment", shipment.key, {"leg": number})


def _devices(
    snapshot: RegistrySnapshot, context: Context, spoken: Collection[str]
) -> Iterator[Contradiction]:
    for device in snapshot.devices:
        stays = context.placed.get((SubjectKind.DEVICE, device.key), ())
        if device.full_name in spoken or device.read_out:
            continue
        for stay in stays:
            if context.now_us - stay.valid_from_us > SILENT_US:
                yield Contradiction("placed_but_never_spoke", "device", device.key, {"place": stay.place})


def _zones(snapshot: RegistrySnapshot, context: Context) -> Iterator[Contradiction]:
    watched = _places(context, SubjectKind.DEVICE)
    held = _places(context, SubjectKind.LOT)
    for zone in snapshot.zones:
        if held[zone.key] and not watched[zone.key]:
            yield Contradiction("goods_without_device", "zone", zone.key, {"lots": held[zone.key]})


def _places(context: Context, kind: SubjectKind) -> defaultdict[str, int]:
    found: defaultdict[str, int] = defaultdict(int)
    for (of, _), stays in context.placed.items():
        for stay in stays:
            found[stay.place] += of == kind
    return found


def _twins(snapshot: RegistrySnapshot) -> Iterator[Contradiction]:
    """Different objects that are called or reached alike are perhaps one."""
    people = [("contact", c) for c in snapshot.contacts] + [("person", p) for p in snapshot.people]
    for name in ("phone", "email"):
        yield from _alike(f"same_{name}", people, lambda value, name=name: getattr(value, name).casefold())
    for kind, objects in (
        ("customer", snapshot.customers), ("carrier", snapshot.carriers), ("site", snapshot.sites), ("product", snapshot.products)
    ):  # fmt: skip
        yield from _alike(
            "same_name", [(kind, value) for value in objects], lambda value: value.name.casefold()
        )
    zones = [("zone", zone) for zone in snapshot.zones if zone.name]
    yield from _alike("same_name", zones, lambda zone: (zone.site, zone.name.casefold()))


def _alike(
    code: str, objects: Iterable[tuple[str, object]], mark: Callable[..., Hashable]
) -> Iterator[Contradiction]:
    """Each object whose mark an earlier one has; one person may be contact of several customers."""
    first: dict[Hashable, tuple[str, str, str]] = {}
    for kind, value in objects:
        found = mark(value)
        key, name = str(getattr(value, "key")), str(getattr(value, "name"))  # noqa: B009
        if not found:
            continue
        kind_of_first, first_key, first_name = first.setdefault(found, (kind, key, name))
        if (kind_of_first, first_key) != (kind, key) and (code == "same_name" or first_name != name):
            yield Contradiction(
                code, kind, key, {"other": f"{kind_of_first}:{first_key}", "name": first_name}
            )
